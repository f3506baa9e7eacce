"""One file a feature: the `COMMANDS` it declares and the code behind them; no list of features anywhere."""
