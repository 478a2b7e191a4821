/** Colours of charts in light and dark, as a canvas wants them. */
import { useComputedColorScheme, useMantineTheme } from "@mantine/core";
import { useMemo } from "react";
import type { ChartColours } from "#components/chart-options.ts";
import type { LineColour } from "#lib/figure-charts.ts";

const LINE_COLOURS: LineColour[] = ["blue", "teal", "orange", "grape", "red", "gray"];
const SHADE = { light: 7, dark: 4 } as const;

export interface ChartLook {
  lines: Record<LineColour, string>;
  colours: ChartColours;
}

/** The same one until the theme changes. */
export function useChartLook(): ChartLook {
  const { colors } = useMantineTheme();
  const scheme = useComputedColorScheme("light");
  return useMemo(() => {
    const lines = Object.fromEntries(
      LINE_COLOURS.map((colour) => [colour, colors[colour][SHADE[scheme]]]),
    ) as Record<LineColour, string>;
    const colours =
      scheme === "dark"
        ? { text: "#a6a9ad", grid: colors.dark[5], marker: colors.dark[2] }
        : { text: "#5c636a", grid: colors.gray[2], marker: colors.gray[6] };
    return { lines, colours };
  }, [colors, scheme]);
}
