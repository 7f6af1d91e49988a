import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { consoleQueries } from "./queries.ts";
import { router } from "./router.tsx";
import { useSetting } from "./setting.tsx";
import { mantineTheme } from "./theme.ts";

/** The console under its theme, its store of answers and its addresses. */
export function App(): ReactElement {
  const { shown } = useSetting();
  return (
    // No styles made at run time: the page's policy admits only style sheets of its own origin.
    <MantineProvider
      theme={mantineTheme}
      forceColorScheme={shown}
      withCssVariables={false}
      withGlobalClasses={false}
    >
      <QueryClientProvider client={consoleQueries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  );
}
