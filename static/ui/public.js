// Enhances the pages of usagers; each of them works without it.
import { focusErrors } from "./errors.js";

focusErrors(document);
