"""The engine as a process that the window talks to: questions and answers as lines of JSON on its pipes."""
