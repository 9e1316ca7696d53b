// What a page does by itself: theme, copying, toasts, times that grow older, the list that is sorted by dragging.
const shopreel = (() => {
  const THEMES = ["auto", "light", "dark"], ICONS = new URL("icons.svg", document.currentScript.src).pathname;
  const theme = () => localStorage.getItem("theme") || "auto";
  const dark = () => theme() === "dark" || (theme() === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);

  function dress() {
    document.documentElement.dataset.theme = dark() ? "dark" : "light";
    document.documentElement.style.colorScheme = dark() ? "dark" : "light";
    for (const one of document.querySelectorAll("[data-theme-switch]")) {
      const words = {auto: "as the system", light: "light", dark: "dark"}[theme()];
      one.setAttribute("aria-label", "Theme: " + words);
      one.title = "Theme: " + words;
      one.querySelector("use")?.setAttribute("href", ICONS + "#" + {auto: "auto", light: "sun", dark: "moon"}[theme()]);
    }
  }

  function toast(text, tone = "good") {
    const box = document.getElementById("toasts");
    if (!box) return;
    const one = document.createElement("div");
    one.className = "toast " + tone;
    one.textContent = text;
    box.append(one);
    setTimeout(() => one.classList.add("gone"), tone === "bad" ? 8000 : 4000);
    setTimeout(() => one.remove(), tone === "bad" ? 8400 : 4400);
  }

  function age() {
    for (const one of document.querySelectorAll("time[datetime]")) {
      const seconds = (Date.now() - new Date(one.dateTime)) / 1000, size = Math.abs(seconds);
      const [unit, name] = size >= 86400 ? [86400, "day"] : size >= 3600 ? [3600, "hour"] : size >= 60 ? [60, "minute"] : [0, ""];
      const count = unit && Math.floor(size / unit), words = count + " " + name + (count > 1 ? "s" : "");
      const said = !unit ? (seconds >= 0 ? "just now" : "in a moment") : seconds > 0 ? words + " ago" : "in " + words;
      if (one.firstChild && one.firstChild.nodeValue !== said) one.firstChild.nodeValue = said;
    }
  }

  // What has just been drawn anew is there in a moment: the keyboard goes on where it was.
  function focus(label, tries = 20) {
    const wanted = [...document.querySelectorAll("button")].find((one) => one.ariaLabel === label && !one.disabled);
    wanted?.focus();
    if (tries && (!wanted || document.activeElement !== wanted)) setTimeout(() => focus(label, tries - 1), 50);
  }

  // What holds the keyboard may be drawn anew while it does: its like in the same place holds it then, or the place.
  let held = null;
  const nameOf = (one) => one.ariaLabel || one.name || one.textContent;
  document.addEventListener("focusin", ({target}) => {
    held = {target, name: nameOf(target), places: []};
    for (let one = target.parentElement; one; one = one.parentElement) held.places.push(one);
  });
  document.addEventListener("pointerdown", () => { held = null; }, true);
  function keepFocus() {
    if (!held || held.target.isConnected || document.activeElement !== document.body) return;
    const {target, name, places} = held, place = places.find((one) => one.isConnected);
    const like = [...place.querySelectorAll(target.localName)].find((one) => nameOf(one) === name && !one.disabled);
    if (!like) place.tabIndex = -1;
    (like || place).focus({preventScroll: true});
  }

  // What is typed is sent after a pause, and at once when the field is left or a key asks for something else.
  const PAUSE = 300;
  let waits = null;
  function flush() {
    if (!waits) return;
    clearTimeout(waits.timer);
    const {send} = waits;
    waits = null;
    send();
  }
  function typed({type, target}, emit) {
    const send = () => emit(target.name, target.type === "checkbox" ? target.checked : target.value);
    if (!target.matches("textarea, input:not([type=radio], [type=checkbox])")) {
      if (type === "change") { flush(); send(); }
    } else if (type === "change") {
      if (waits?.target === target) flush();
    } else {
      if (waits?.target === target) clearTimeout(waits.timer); else flush();
      waits = {target, send, timer: setTimeout(flush, PAUSE)};
    }
  }
  addEventListener("pagehide", flush);
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || !/^[a-z]$/i.test(event.key)) return;
    const keys = "Control+" + (event.shiftKey ? "Shift+" : "") + event.key.toUpperCase();
    const one = document.querySelector(`button[aria-keyshortcuts="${keys}"]`);
    if (!one || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    flush();
    one.click();
  });

  // One sound at a time; a second press stops it.
  let heard = null;
  function play(button) {
    const again = heard?.button === button;
    if (heard) {
      heard.sound.pause();
      heard.button.setAttribute("aria-pressed", "false");
      heard = null;
    }
    if (again) return;
    const sound = new Audio(button.dataset.play), mine = {button, sound};
    heard = mine;
    button.setAttribute("aria-pressed", "true");
    const over = () => { if (heard === mine) { heard = null; button.setAttribute("aria-pressed", "false"); } };
    sound.addEventListener("ended", over);
    sound.play().catch((error) => { over(); if (error.name !== "AbortError") toast("This can't be played now", "bad"); });
  }
  // A film moves while the pointer is on its tile, and is not loaded before; where movement disturbs, it stands still.
  for (const kind of ["mouseenter", "mouseleave"]) document.addEventListener(kind, ({target}) => {
    const still = target instanceof Element && target.matches("[data-preview]") && target.querySelector("img");
    if (!still) return;
    still.dataset.still ??= still.src;
    const moves = kind === "mouseenter" && !matchMedia("(prefers-reduced-motion: reduce)").matches;
    still.src = moves ? target.dataset.preview : still.dataset.still;
  }, true);

  document.addEventListener("click", async (event) => {
    const player = event.target.closest("[data-play]");
    if (player) play(player);
    const copy = event.target.closest("[data-copy]"), change = event.target.closest("[data-theme-switch]");
    if (copy) {
      try { await navigator.clipboard.writeText(copy.dataset.copy); toast("Copied"); }
      catch { toast("The browser does not let this page copy", "bad"); }
    }
    if (change) {
      localStorage.setItem("theme", THEMES[(THEMES.indexOf(theme()) + 1) % 3]);
      dress();
    }
  });
  // A file that is dropped on a place for it is as good as one that was chosen.
  for (const kind of ["dragover", "dragleave", "drop"]) document.addEventListener(kind, (event) => {
    const place = event.target.closest?.("[data-drop]");
    if (!place || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    place.classList.toggle("over", kind === "dragover");
    const input = place.querySelector("input[type=file]");
    if (kind === "drop" && input) { input.files = event.dataTransfer.files; input.dispatchEvent(new Event("change", {bubbles: true})); }
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", dress);
  dress();
  new MutationObserver(() => { dress(); keepFocus(); }).observe(document, {childList: true, subtree: true});
  setInterval(age, 5000);
  return {toast, focus, typed};
})();
