import { Trans, useLingui } from "@lingui/react/macro"
import { useRouter, useSearch } from "@tanstack/react-router"
import { Entry } from "./Entry.tsx"
import { LoginForm } from "./LoginForm.tsx"

export function LoginPage() {
  const { t } = useLingui()
  const router = useRouter()
  const { next } = useSearch({ from: "/login" })
  return (
    <Entry title={t`Log in`}>
      <LoginForm onDone={() => router.history.push(`/admin${next ?? "/"}`)} />
      <p>
        <a href="/admin/reset">
          <Trans>Forgotten password</Trans>
        </a>
      </p>
    </Entry>
  )
}
