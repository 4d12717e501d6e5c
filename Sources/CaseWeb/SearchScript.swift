/// The script of the search page: suggestions while somebody types.
///
/// A combobox with a list box, as WAI-ARIA's authoring practices have it: arrows choose, Enter goes there, Escape
/// closes; without the script the form is sent as it is.
enum SearchScript {
    static let text = #"""
        "use strict";
        (() => {
          const field = document.querySelector("input[data-suggestions]");
          if (field) suggest(field);

          function suggest(field) {
            const list = document.createElement("ul");
            list.id = field.id + "-suggestions";
            list.className = "suggestions";
            list.setAttribute("role", "listbox");
            list.setAttribute("aria-label", field.dataset.label);
            list.hidden = true;
            const said = document.createElement("p");
            said.className = "hidden";
            said.setAttribute("role", "status");
            field.parentElement.append(list, said);
            field.setAttribute("role", "combobox");
            field.setAttribute("aria-autocomplete", "list");
            field.setAttribute("aria-controls", list.id);
            field.setAttribute("aria-expanded", "false");
            field.autocomplete = "off";
            let chosen = -1, asked = 0, timer = 0;

            function close() {
              list.hidden = true;
              chosen = -1;
              field.setAttribute("aria-expanded", "false");
              field.removeAttribute("aria-activedescendant");
            }

            function choose(index) {
              const options = list.children;
              if (options.length === 0) return;
              if (chosen >= 0) options[chosen].setAttribute("aria-selected", "false");
              chosen = (index + options.length) % options.length;
              options[chosen].setAttribute("aria-selected", "true");
              options[chosen].scrollIntoView({ block: "nearest" });
              field.setAttribute("aria-activedescendant", options[chosen].id);
            }

            function show(found) {
              list.replaceChildren(...found.map((one, index) => {
                const option = document.createElement("li");
                option.id = list.id + "-" + index;
                option.setAttribute("role", "option");
                option.setAttribute("aria-selected", "false");
                option.dataset.href = one.href;
                // Each value by itself: none turns round what stands beside it.
                const title = Object.assign(document.createElement("bdi"), { textContent: one.title });
                const detail = document.createElement("small");
                one.details.forEach((text, place) => {
                  if (place > 0) detail.append(" \u00b7 ");
                  detail.append(Object.assign(document.createElement("bdi"), { textContent: text }));
                });
                option.append(title, " ", detail);
                option.addEventListener("mousedown", event => event.preventDefault());
                option.addEventListener("click", () => location.assign(one.href));
                return option;
              }));
              chosen = -1;
              field.removeAttribute("aria-activedescendant");
              list.hidden = found.length === 0;
              field.setAttribute("aria-expanded", String(found.length > 0));
            }

            field.addEventListener("input", () => {
              clearTimeout(timer);
              const text = field.value.trim(), number = ++asked;
              if (text.length < 2) return close();
              timer = setTimeout(async () => {
                try {
                  const query = new URLSearchParams({ q: text });
                  for (const name of ["type", "partner", "phase"]) {
                    const chosen = field.form.elements[name];
                    if (chosen && chosen.value) query.set(name, chosen.value);
                  }
                  const answer = await fetch(field.dataset.suggestions + "?" + query);
                  if (!answer.ok || number !== asked) return;
                  const found = await answer.json();
                  if (number !== asked || document.activeElement !== field) return;
                  show(found.suggestions);
                  said.textContent = found.said;
                } catch { close(); }
              }, 150);
            });
            field.addEventListener("keydown", event => {
              if (event.key === "Escape" && !list.hidden) { event.preventDefault(); close(); }
              else if (list.hidden) return;
              else if (event.key === "ArrowDown") { event.preventDefault(); choose(chosen + 1); }
              else if (event.key === "ArrowUp") { event.preventDefault(); choose(chosen < 0 ? -1 : chosen - 1); }
              else if (event.key === "Enter" && chosen >= 0) {
                event.preventDefault();
                location.assign(list.children[chosen].dataset.href);
              }
            });
            field.addEventListener("blur", close);
          }
        })();

        """#
}
