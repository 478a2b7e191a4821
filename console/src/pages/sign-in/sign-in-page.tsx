/** One folder per URL. A page puts components together over the data room and never imports another page. */
import { Alert, Button, Center, Paper, PasswordInput, Stack, Text, TextInput, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useRouter } from "@tanstack/react-router";
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { type Credentials, signIn } from "#data/identity.ts";
import { safeReturnPath } from "#lib/search-params.ts";

const route = getRouteApi("/sign-in");

/** Signs in with a password, or by itself with the token of a sign-in link. */
export function SignInPage(): ReactNode {
  useDocumentTitle("Sign in · Slipway");
  const { token, next } = route.useSearch();
  const router = useRouter();
  const queryClient = useQueryClient();
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const session = useMutation({
    mutationFn: (credentials: Credentials) => signIn(credentials),
    onSuccess: () => {
      queryClient.clear();
      router.history.replace(safeReturnPath(next));
    },
  });
  const usedToken = useRef<string | null>(null);
  useEffect(() => {
    if (token === undefined || usedToken.current === token) return;
    // The token works once, also where React runs effects twice.
    usedToken.current = token;
    session.mutate({ signInToken: token });
  }, [token, session.mutate]);
  function submit(event: FormEvent): void {
    event.preventDefault();
    session.mutate({ username: username.trim(), password });
  }
  const byLink = session.variables !== undefined && "signInToken" in session.variables;
  return (
    <Center component="main" mih="100dvh" p="md">
      <Paper withBorder p="xl" w={360} maw="100%">
        <form onSubmit={submit}>
          <Stack>
            <div>
              <img src="/icon.svg" alt="" width={36} height={36} />
              <Title order={1} mt={4}>
                Slipway
              </Title>
              <Text c="dimmed" size="sm">
                {session.isPending && byLink ? "Signing in with your link…" : "Sign in to deploy models."}
              </Text>
            </div>
            {session.error ? (
              <Alert color="red" role="alert" icon={<IconAlertTriangle aria-hidden />}>
                {byLink ? `${session.error.message} A sign-in link works once.` : session.error.message}
              </Alert>
            ) : null}
            <TextInput
              label="User name"
              name="username"
              autoComplete="username"
              autoCapitalize="none"
              autoFocus
              required
              withAsterisk={false}
              value={username}
              onChange={(event) => setUsername(event.currentTarget.value)}
            />
            <PasswordInput
              label="Password"
              name="password"
              autoComplete="current-password"
              required
              withAsterisk={false}
              value={password}
              onChange={(event) => setPassword(event.currentTarget.value)}
            />
            <Button type="submit" loading={session.isPending} fullWidth>
              Sign in
            </Button>
          </Stack>
        </form>
      </Paper>
    </Center>
  );
}
