import { useParams } from "@tanstack/react-router"
import { Page } from "../parts/Page.tsx"

export function DataPage() {
  const { collection } = useParams({ from: "/shell/data/$collection" })
  return <Page title={collection}>…</Page>
}
