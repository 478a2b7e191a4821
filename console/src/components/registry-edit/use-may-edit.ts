import { useGroup } from "#data/identity.ts";

/** Whether the caller may change a group's models. */
export function useMayEdit(group: string): boolean {
  return useGroup(group).data?.viewerCan.deploy ?? false;
}
