// Enhances the agents' pages; each of them works without it.
import { copyLinks } from "./copy.js";
import { keepDrafts } from "./drafts.js";
import { focusErrors } from "./errors.js";
import { closeMenus } from "./menus.js";
import { settleTables } from "./tables.js";

focusErrors(document);
copyLinks(document);
closeMenus();
settleTables(document);
keepDrafts(document);
