"""A message drawn by Qt's web engine, shut off from everything. Loading this module loads the engine."""

from __future__ import annotations

import atexit
import os
import time
import weakref

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt, QUrl
from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWebEngineCore import (
    QWebEnginePage,
    QWebEngineProfile,
    QWebEngineScript,
    QWebEngineSettings,
    QWebEngineUrlRequestJob,
    QWebEngineUrlScheme,
    QWebEngineUrlSchemeHandler,
)
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QHBoxLayout
from shiboken6 import delete, isValid

from designer.preview import remarks
from designer.preview.surface import DESKTOP_PX, PHONE_PX, Surface

SCHEME = b"campaign-message"
POLICY = (
    b"default-src 'none'; img-src data: cid:; style-src 'unsafe-inline'; font-src data:; form-action 'none'; "
    b"base-uri 'none'; frame-ancestors 'none'"
)
FLAGS = ('--host-resolver-rules="MAP * ~NOTFOUND"', "--log-level=3")
"""No name is ever looked up, not even for a `preconnect`; Chromium keeps its remarks to itself."""
CRASHES, WITHIN_S = 3, 10.0
"""A message that breaks its drawing so often within so many seconds is not drawn again."""
LIGHT, DARK = "#ffffff", "#16181d"
SCROLL_BAR = (
    "<style>::-webkit-scrollbar { width: 12px; height: 12px } ::-webkit-scrollbar-corner { background: transparent }"
    "::-webkit-scrollbar-thumb { background: #8d97ad88; border-radius: 6px; border: 2px solid transparent;"
    "background-clip: padding-box }</style>"
)
"""Put behind the message: its own scroll bar should not look like a part of it."""

_OFF = (
    QWebEngineSettings.WebAttribute.JavascriptEnabled,
    QWebEngineSettings.WebAttribute.LocalStorageEnabled,
    QWebEngineSettings.WebAttribute.LocalContentCanAccessRemoteUrls,
    QWebEngineSettings.WebAttribute.LocalContentCanAccessFileUrls,
    QWebEngineSettings.WebAttribute.HyperlinkAuditingEnabled,
    QWebEngineSettings.WebAttribute.PluginsEnabled,
    QWebEngineSettings.WebAttribute.PdfViewerEnabled,
    QWebEngineSettings.WebAttribute.WebGLEnabled,
    QWebEngineSettings.WebAttribute.DnsPrefetchEnabled,
    QWebEngineSettings.WebAttribute.AutoLoadIconsForPage,
    QWebEngineSettings.WebAttribute.FullScreenSupportEnabled,
    QWebEngineSettings.WebAttribute.NavigateOnDropEnabled,
    QWebEngineSettings.WebAttribute.ErrorPageEnabled,
)


def _prepare() -> None:
    """Tell Chromium, before it starts, what it must not do, and make our own kind of address known."""
    remarks.silence()
    given = os.environ.get("QTWEBENGINE_CHROMIUM_FLAGS", "")
    missing = [flag for flag in FLAGS if flag not in given]
    os.environ["QTWEBENGINE_CHROMIUM_FLAGS"] = " ".join([given, *missing]).strip()
    scheme = QWebEngineUrlScheme(SCHEME)
    scheme.setSyntax(QWebEngineUrlScheme.Syntax.Host)
    scheme.setFlags(QWebEngineUrlScheme.Flag.SecureScheme)
    QWebEngineUrlScheme.registerScheme(scheme)


_prepare()


class _Door(QWebEngineUrlSchemeHandler):
    """Hands out the one message that is to be shown, and nothing else."""

    def __init__(self) -> None:
        super().__init__()
        self._number = 0
        self._message = b""

    def put(self, html: str) -> QUrl:
        """Keep a message ready and return its address."""
        self._number += 1
        self._message = html.encode()
        return self.address

    @property
    def address(self) -> QUrl:
        """Return the address of the message that is kept ready."""
        return QUrl(f"{SCHEME.decode()}://message/{self._number}")

    def requestStarted(self, job: QWebEngineUrlRequestJob) -> None:  # noqa: N802 # Qt's name
        """Answer one request."""
        if job.requestUrl() != self.address:
            job.fail(QWebEngineUrlRequestJob.Error.RequestDenied)
            return
        body = QBuffer(job)
        body.setData(self._message)
        body.open(QIODevice.OpenModeFlag.ReadOnly)
        job.setAdditionalResponseHeaders({QByteArray(b"Content-Security-Policy"): QByteArray(POLICY)})
        job.reply(QByteArray(b"text/html;charset=utf-8"), body)


class _Page(QWebEnginePage):
    """Goes nowhere but to the message itself."""

    def __init__(self, profile: QWebEngineProfile, door: _Door, surface: WebSurface) -> None:
        super().__init__(profile, surface.view)
        self._door = door
        self._surface = surface

    def acceptNavigationRequest(  # noqa: N802 # Qt's name
        self,
        url: QUrl | str,
        type: QWebEnginePage.NavigationType,
        isMainFrame: bool,  # noqa: N803 # Qt's name
    ) -> bool:
        """Refuse and report every way that leads out."""
        target = QUrl(url)
        if target.toString().partition("#")[0] == self._door.address.toString():
            return True
        if type is not QWebEnginePage.NavigationType.NavigationTypeTyped:
            self._surface.link_refused.emit(target.toString())
        return False

    def javaScriptConsoleMessage(  # noqa: N802 # Qt's name
        self,
        level: QWebEnginePage.JavaScriptConsoleMessageLevel,
        message: str,
        lineNumber: int,  # noqa: N803 # Qt's name
        sourceID: str,  # noqa: N803 # Qt's name
    ) -> None:
        """Keep what Chromium says about the message (pictures it was not allowed to fetch) off the terminal."""


class WebSurface(Surface):
    """Draws messages as mail programs do. There is one browser, without memory, for all of them."""

    def __init__(self) -> None:
        """Start the browser; nothing is drawn yet."""
        super().__init__()
        self._is_phone = False
        self._is_over = False
        self._crashes: list[float] = []
        self._scrolled = 0.0
        self.view = QWebEngineView(self)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self._door = _Door()
        self._profile = profile = QWebEngineProfile()
        profile.installUrlSchemeHandler(SCHEME, self._door)
        profile.downloadRequested.connect(lambda download: download.cancel())
        self.page = _Page(profile, self._door, self)
        for attribute in _OFF:
            self.page.settings().setAttribute(attribute, False)
        self.view.setPage(self.page)
        # children go in this order: the page must be gone before its profile, and that before its handler
        profile.setParent(self)
        self._door.setParent(self)
        self.page.newWindowRequested.connect(lambda request: self.link_refused.emit(request.requestedUrl().toString()))
        self.page.loadFinished.connect(self._loaded)
        self.page.renderProcessTerminated.connect(lambda _status, _code: self._died())
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.view)
        _surfaces.add(self)

    def show_message(self, html: str, *, is_dark: bool) -> None:
        """Draw a message; where the one before was scrolled to, this one is as well."""
        if self._is_over:
            return
        self._scrolled = self.page.scrollPosition().y()
        self.page.setBackgroundColor(QColor(DARK if is_dark else LIGHT))
        self.page.load(self._door.put(html + SCROLL_BAR))

    def use_phone(self, is_phone: bool) -> None:
        """Draw as wide as a phone, or as a mail program's reading pane."""
        self._is_phone = is_phone
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 # Qt's name
        """Keep the width that the style sheet sees."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        if self._is_over:
            return
        room = max(self.width(), 1)
        width = min(room, PHONE_PX) if self._is_phone else room
        margin = (room - width) // 2
        layout = self.layout()
        if layout is not None:
            layout.setContentsMargins(margin, 0, margin, 0)
        self.view.setZoomFactor(max(0.25, min(1.0, width / (PHONE_PX if self._is_phone else DESKTOP_PX))))

    def _loaded(self, is_whole: bool) -> None:
        if not is_whole:
            return
        if self._scrolled:
            script = f"window.scrollTo(0, {self._scrolled / self.view.zoomFactor():.0f})"
            self.page.runJavaScript(script, QWebEngineScript.ScriptWorldId.ApplicationWorld.value)
        self.shown.emit()

    def _died(self) -> None:
        """Begin again, unless the message has broken the browser again and again."""
        now = time.monotonic()
        self._crashes = [*(moment for moment in self._crashes if now - moment < WITHIN_S), now]
        begins_again = len(self._crashes) < CRASHES
        if begins_again:
            self.page.load(self._door.address)
        self.crashed.emit(begins_again)

    def end(self) -> None:
        """Take the browser down; nothing is drawn any more."""
        if self._is_over:
            return
        self._is_over = True
        for each in (self.view, self._profile):
            delete(each)  # type: ignore[no-untyped-call] # shiboken6 comes without stubs


_surfaces: weakref.WeakSet[WebSurface] = weakref.WeakSet()


@atexit.register
def _end_all() -> None:
    """Take down what is still there while Qt is whole: at the end Python would do it in any order, and crash."""
    for surface in list(_surfaces):
        if isValid(surface):  # type: ignore[no-untyped-call] # shiboken6 comes without stubs
            surface.end()
