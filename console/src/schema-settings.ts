/** How answers are parsed. It is imported first: a schema looks at this when it is made. */
import { config } from "zod";

// The CSP forbids building functions from text, which zod tries where it is not told.
config({ jitless: true });
