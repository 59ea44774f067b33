import "htmx.org";
import { clocks } from "./clocks";
import { forms } from "./forms";
import { keys } from "./keys";
import { leases } from "./lease";
import { passkeys } from "./passkeys";
import { reveals } from "./reveal";

// What needs the script is shown only where the script runs.
document.documentElement.classList.add("scripted");
clocks();
forms();
keys();
leases();
passkeys();
reveals();
