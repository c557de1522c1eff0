"""The coding screen in a browser of this machine. aiohttp lives here, and what textual-serve brings for the page.

guard    who may speak to the server: which hosts, which pages, which browsers
screen   one coding screen in a process of its own, spoken to by packets
seats    each browser's screen, which goes on while the browser is away
server   the pages, the socket between a page and its screen, the downloads
page/    the page: Textual's terminal for the browser, and what is said when there is none to show
"""
