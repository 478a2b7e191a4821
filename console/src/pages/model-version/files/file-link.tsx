import { PageLink } from "#components/links.tsx";

/** A link to a file or folder of this version; the rest of the page stays as it is. */
export function FileLink({ file, children }: { file: string; children: string }) {
  return (
    <PageLink
      from="/g/$group/models/$name/versions/$version"
      to="."
      search={(old) => ({ ...old, file: file === "" ? undefined : file })}
      resetScroll={false}
      className="break-anywhere"
    >
      {children}
    </PageLink>
  );
}
