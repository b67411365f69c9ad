// The agents' page of a queue; without script « Actualiser » reads it again.
import { keepFresh } from "./refresh.js";

keepFresh();
