import { Trans, useLingui } from "@lingui/react/macro"
import { useInfiniteQuery } from "@tanstack/react-query"
import { client } from "../app/client.ts"
import { Button } from "../parts/Button.tsx"
import { Select } from "../parts/Field.tsx"
import { Couplet, Failure, Loading } from "../parts/States.tsx"
import { type Column, Table } from "../parts/Table.tsx"
import { type Delivery, hookPath, type Webhook } from "./api.ts"
import { DeliveryState, OpenDelivery } from "./Delivery.tsx"
import { Moment } from "./Moment.tsx"
import css from "./operate.module.css"
import { Replay } from "./Replay.tsx"
import { useAddress } from "./useAddress.ts"

interface DeliveryPage {
  results: Delivery[]
  next: string | null
}

/** What a webhook was told; the delivery that is open stands in the address. */
export function Deliveries({ hook }: { hook: Webhook }) {
  const { t } = useLingui()
  const [{ state, run }, change] = useAddress()
  const list = useInfiniteQuery({
    queryKey: ["operate", "deliveries", hook.id, state ?? ""],
    queryFn: ({ signal, pageParam }) =>
      client.get<DeliveryPage>(hookPath(hook.id, "deliveries/"), {
        signal,
        query: { state, after: pageParam },
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    staleTime: 2_000,
    refetchInterval: 5_000,
  })
  const rows = list.data?.pages.flatMap((page) => page.results)
  const columns: Column<Delivery>[] = [
    {
      id: "type",
      label: t`Message`,
      cell: (one) => (
        <button type="button" className={css.link} onClick={() => change({ run: one.id }, "open")}>
          {one.type} {one.key}
        </button>
      ),
    },
    { id: "time", label: t`Changed`, cell: (one) => <Moment at={one.time} /> },
    { id: "state", label: t`State`, cell: (one) => <DeliveryState delivery={one} /> },
    { id: "tries", label: t`Attempts`, end: true, minor: true, cell: (one) => one.tries },
  ]
  return (
    <>
      <div className={css.bar}>
        <div className={css.narrow}>
          <Select
            label={t`State`}
            value={state ?? "all"}
            onChange={(value) => change({ state: value, run: undefined })}
            options={[
              { id: "all", label: t`All` },
              { id: "waiting", label: t`Waiting` },
              { id: "delivered", label: t`Delivered` },
              { id: "failed", label: t`Failed` },
            ]}
          />
        </div>
        <Replay hook={hook} />
      </div>
      {list.error ? (
        <Failure
          what={<Trans>The deliveries did not load.</Trans>}
          error={list.error}
          onRetry={() => void list.refetch()}
        />
      ) : rows ? (
        <div className={run ? css.beside : undefined}>
          <div>
            <Table
              label={t`Deliveries`}
              columns={columns}
              rows={rows}
              rowKey={(one) => one.id}
              current={run}
              empty={
                <Couplet
                  first={<Trans>No deliveries here.</Trans>}
                  second={<Trans>Send a test, or change a record that it is told of.</Trans>}
                />
              }
            />
            {list.hasNextPage && (
              <Button isPending={list.isFetchingNextPage} onPress={() => void list.fetchNextPage()}>
                <Trans>Show older ones</Trans>
              </Button>
            )}
          </div>
          {run && <OpenDelivery hook={hook} id={run} close={() => change({ run: undefined })} />}
        </div>
      ) : (
        <Loading />
      )}
    </>
  )
}
