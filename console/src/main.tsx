/** Starts the console: cache, theme, router. */
import "./schema-settings.ts";
import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "./styles.css";
import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { meQuery } from "#data/identity.ts";
import { createQueryClient } from "#data/query-client.ts";
import { createConsoleRouter } from "./router.tsx";
import { cssVariables, theme } from "./theme.ts";

const queryClient = createQueryClient(() => {
  const { pathname, href } = router.state.location;
  if (pathname === "/sign-in") return;
  void router.navigate({ to: "/sign-in", search: { next: href }, replace: true });
});
const router = createConsoleRouter(queryClient);
// Each page but one waits for it, so it is asked for before anything is drawn.
if (window.location.pathname !== "/sign-in") void queryClient.prefetchQuery(meQuery);

const root = document.getElementById("root");
if (root === null) throw new Error("The page has no #root element.");
createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      <QueryClientProvider client={queryClient}>
        <Notifications position="bottom-right" />
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
