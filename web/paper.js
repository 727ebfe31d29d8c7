// The answer of an operation on paper, as the node prints it: a button that saves the PDF.

import * as api from "./api.js";
import * as words from "./language.js";
import { save } from "./csv.js";
import { el } from "./dom.js";

/** what() gives { name, path, request }, request undefined for GET; failed is told a Trouble. */
export function button(id, what, failed) {
  const press = async () => {
    const { name, path, request } = what();
    try {
      save(`${name}.pdf`, await api.paper(path, words.current(), request), "application/pdf");
    } catch (e) {
      failed(e);
    }
  };
  return el("button", { type: "button", className: "small no-print", id, onclick: press }, words.t("apply.pdf"));
}
