// What Textual's script leaves to the page: where the socket is, focus, coming back, downloads; and no way out.
"use strict";

(() => {
  const terminal = document.getElementById("terminal");
  const notice = document.getElementById("notice");
  const button = document.getElementById("again");

  // The link has worked, once; what is reloaded and remembered is the plain address.
  history.replaceState(null, "", "/");

  // From the address at hand, not the server's own: through a forwarded port that is another one.
  terminal.dataset.sessionWebsocketUrl = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`;

  const focusTerminal = () => terminal.querySelector("textarea")?.focus();
  window.addEventListener("focus", focusTerminal);

  const tell = (message, label = "", action = null) => {
    document.getElementById("message").textContent = message;
    button.textContent = label;
    button.onclick = action;
    notice.hidden = false;
    document.body.classList.add("away");
    if (label) button.focus();
  };
  const reload = () => location.reload();

  // --- the socket: Textual's script makes it, and would end at its first loss --------------------------

  const ENDED = 4000, ELSEWHERE = 4001, FAILED = 4002, STOPPED = 1001;

  class Line extends WebSocket {
    constructor(url) {
      super(url);
      this.addEventListener("open", () => {
        focusTerminal();
        this.send(JSON.stringify(["focus"]));
      });
      this.addEventListener("close", closed);
    }

    send(data) {
      if (this.readyState === WebSocket.OPEN) super.send(data);
    }
  }
  window.WebSocket = Line;

  let leaving = false;
  window.addEventListener("pagehide", () => { leaving = true; });
  window.addEventListener("pageshow", (event) => { if (event.persisted) reload(); });

  const closed = (event) => {
    if (leaving) return;
    if (event.code === ENDED) tell("You have left coder. All your work is kept.", "Open it again", reload);
    else if (event.code === ELSEWHERE) tell("Opened in another tab or window.", "Use it here", reload);
    else if (event.code === FAILED) tell(event.reason || "The coding screen has failed.", "Try again", reload);
    else if (event.code === STOPPED) tell("coder serve was stopped. All your work is kept; start it again for a new link.");
    else comeBack();
  };

  // The screen goes on without us: as soon as the server answers, the page shows it again as it was.
  const comeBack = async () => {
    tell("The connection is lost; trying again. All your work is kept.");
    for (let wait = 250; ; wait = Math.min(wait * 2, 10000)) {
      const answer = await fetch("/alive").catch(() => null);
      if (answer?.ok) return reload();
      if (answer) return tell("coder serve was started anew: open a new link from its terminal.");
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  };

  // --- no way out: a link in a participant's words is text, whoever clicks on it ------------------------

  const DOWNLOAD = `${location.origin}/download/`;
  window.open = (url) => {
    if (String(url).startsWith(DOWNLOAD)) {
      const link = document.createElement("a");
      link.href = url;
      link.download = "";
      link.click();
    }
    return null;
  };

  // --- begin: the terminal measures its font, so that must be there ------------------------------------

  const begin = window.onload;
  window.onload = async (event) => {
    const faces = ["16px", "bold 16px", "italic 16px", "italic bold 16px"];
    await Promise.allSettled(faces.map((face) => document.fonts.load(`${face} "Roboto Mono"`)));
    begin(event);
  };
})();
