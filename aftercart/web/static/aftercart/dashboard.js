// Small comforts on pages that work without them.
(() => {
  "use strict";

  document.documentElement.classList.add("has-script");

  const isTyping = (element) =>
    element.isContentEditable || element.matches("select, textarea, input:not([type=checkbox])");

  const texts = () => document.querySelector("[data-texts]")?.dataset ?? {};

  // The keyboard: / searches, the arrows go through rows, Escape closes menus.

  const rowLinks = () => [...document.querySelectorAll("[data-rows] .row-link")];

  const goThroughRows = (step) => {
    const links = rowLinks();
    if (!links.length) return false;
    const place = links.indexOf(document.activeElement);
    const next = place < 0 ? (step > 0 ? 0 : links.length - 1) : place + step;
    links[Math.max(0, Math.min(links.length - 1, next))].focus();
    return true;
  };

  const pickRow = (element) => {
    const box = element?.closest("[data-rows] > *")?.querySelector(".pick input");
    box?.click();
    return Boolean(box);
  };

  const keys = {
    "/": () => {
      const search = document.querySelector("[data-search]");
      search?.focus();
      search?.select();
      return Boolean(search);
    },
    j: () => goThroughRows(1),
    k: () => goThroughRows(-1),
    x: () => pickRow(document.activeElement),
    ArrowDown: () => document.activeElement?.classList.contains("row-link") && goThroughRows(1),
    ArrowUp: () => document.activeElement?.classList.contains("row-link") && goThroughRows(-1),
  };

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") closeMenus();
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (Object.hasOwn(keys, event.key) && keys[event.key]()) event.preventDefault();
  });

  const closeMenus = (except) => {
    for (const menu of document.querySelectorAll("details[data-menu][open]")) {
      if (menu === except) continue;
      if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
      menu.open = false;
    }
  };

  document.addEventListener("click", (event) => {
    // A short time lies over its row's link, so that the full one is shown on hover.
    const row = event.target.closest("[data-rows] time")?.closest("tr, li");
    row?.querySelector(".row-link")?.click();
    closeMenus(event.target.closest("details[data-menu]"));
  });

  // Filters and roles are sent as soon as they are chosen, once for a keyboard's many steps.

  for (const form of document.querySelectorAll("form[data-auto-submit]")) {
    form.addEventListener("change", (event) => {
      if (event.target.validity?.valid !== false) form.requestSubmit();
    });
    form.addEventListener("formdata", (event) => {
      if (form.method !== "get") return;
      for (const [name, value] of [...event.formData]) if (!value) event.formData.delete(name);
    });
  }

  // Rows are chosen one by one, all at once, or from one to another with Shift; what can be done with
  // them is there when there is something to do it with.

  for (const form of document.querySelectorAll("form[data-selection]")) {
    const bulk = form.querySelector("[data-bulk]");
    if (!bulk) continue;
    const boxes = [...form.querySelectorAll('input[name="chosen"]')];
    const all = form.querySelector("[data-all]");
    let last = null;
    const show = () => {
      const chosen = boxes.filter((box) => box.checked).length;
      bulk.hidden = !chosen;
      bulk.querySelector("[data-count]").textContent = `${texts().wordChosen ?? "Chosen:"} ${chosen}`;
      if (!all) return;
      all.checked = chosen > 0 && chosen === boxes.length;
      all.indeterminate = chosen > 0 && chosen < boxes.length;
    };
    form.addEventListener("click", (event) => {
      const place = boxes.indexOf(event.target);
      if (place < 0) return;
      if (event.shiftKey && last !== null) {
        const [from, until] = [Math.min(place, last), Math.max(place, last)];
        for (const box of boxes.slice(from, until + 1)) box.checked = event.target.checked;
      }
      last = place;
    });
    form.addEventListener("change", (event) => {
      if (event.target === all) for (const box of boxes) box.checked = all.checked;
      show();
    });
    form.addEventListener("reset", () => setTimeout(show));
    show();
  }

  // A hint is gone at once; the server remembers.

  for (const form of document.querySelectorAll("form[data-hint]")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" });
      form.remove();
    });
  }

  // Copying.

  const copy = async (text, button) => {
    await navigator.clipboard.writeText(text);
    const word = button.querySelector("span") ?? button;
    const before = word.textContent;
    word.textContent = texts().wordCopied ?? "Copied";
    setTimeout(() => { word.textContent = before; }, 1600);
  };

  for (const button of document.querySelectorAll("[data-copy-text]")) {
    button.addEventListener("click", () => copy(button.dataset.copyText, button));
  }

  for (const element of document.querySelectorAll("[data-copy]")) {
    const text = element.textContent.trim();
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy small";
    button.append(texts().wordCopy ?? "Copy");
    button.addEventListener("click", () => copy(text, button));
    element.after(button);
  }

  // Colours are tried on in the previews before they are saved.

  for (const form of document.querySelectorAll("form[data-tries]")) {
    const frames = document.getElementById(form.dataset.tries).querySelectorAll("iframe");
    let waiting;
    form.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => {
        const tried = new URLSearchParams();
        for (const name of ["accent", "background", "footer"]) tried.set(name, form.elements[name].value);
        for (const frame of frames) {
          const address = new URL(frame.src);
          address.search = tried;
          frame.src = address;
        }
      }, 250);
    });
  }

  // What is beside the point on a narrow screen is folded there, and open again on a wide one.

  for (const part of document.querySelectorAll("details[data-shut-below]")) {
    const narrow = matchMedia(`(max-width: ${part.dataset.shutBelow - 0.01}rem)`);
    const fold = () => { part.open = !narrow.matches; };
    narrow.addEventListener("change", fold);
    fold();
  }

  // Progress is looked at again while somebody sees it; when it is over, the whole page is.

  const refreshed = document.querySelector("[data-refresh]");
  if (refreshed) {
    const again = async () => {
      if (document.hidden) return setTimeout(again, 2000);
      const answer = await fetch(location.href).catch(() => null);
      if (answer?.ok) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const fresh = page.querySelector("[data-refresh]");
        if (!fresh) return location.reload();
        refreshed.replaceChildren(...fresh.childNodes);
      }
      setTimeout(again, 2000);
    };
    setTimeout(again, 2000);
  }

  // A passkey that does not work says so, instead of only in the console.

  document.addEventListener("allauth.error", () => {
    const note = document.createElement("p");
    note.className = "notice bad";
    note.setAttribute("role", "alert");
    note.textContent = texts().wordPasskeyFailed ?? "";
    document.querySelector("main").prepend(note);
  });
})();
