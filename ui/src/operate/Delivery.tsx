import { Trans, useLingui } from "@lingui/react/macro"
import { useMutation, useQuery } from "@tanstack/react-query"
import { X } from "lucide-react"
import { client, queries } from "../app/client.ts"
import { Button } from "../parts/Button.tsx"
import { Code } from "../parts/Code.tsx"
import { IconButton } from "../parts/IconButton.tsx"
import { Facts } from "../parts/Page.tsx"
import { Failure, Loading, Notice, Said } from "../parts/States.tsx"
import { type Attempt, type Delivery, deliveryQuery, hookPath, type Webhook } from "./api.ts"
import { Lasted, Moment } from "./Moment.tsx"
import css from "./operate.module.css"
import { State } from "./State.tsx"

export function DeliveryState({ delivery }: { delivery: Delivery }) {
  switch (delivery.state) {
    case "delivered":
      return (
        <State kind="ok">
          <Trans>delivered</Trans>
        </State>
      )
    case "failed":
      return (
        <State kind="danger">
          <Trans>failed</Trans>
        </State>
      )
    default:
      return (
        <State kind="wait">
          <Trans>waiting</Trans>
        </State>
      )
  }
}

/** One delivery: its message, its attempts with what was answered, and a way to send it again. */
export function OpenDelivery({ hook, id, close }: { hook: Webhook; id: string; close: () => void }) {
  const { t } = useLingui()
  const reading = useQuery({
    ...deliveryQuery(hook.id, id),
    refetchInterval: ({ state }) => (state.data?.state === "waiting" ? 2_000 : false),
  })
  const delivery = reading.data
  return (
    <section className={css.detail} aria-label={t`Delivery`}>
      <div className={css.detailTop}>
        <h2 className={css.heading}>{delivery ? `${delivery.type} ${delivery.key}` : t`Delivery`}</h2>
        <IconButton icon={X} label={t`Close`} onPress={close} />
      </div>
      {reading.error ? (
        <Failure
          what={<Trans>The delivery did not load.</Trans>}
          error={reading.error}
          onRetry={() => void reading.refetch()}
        />
      ) : delivery ? (
        <>
          <Facts
            facts={[
              [t`State`, <DeliveryState key="state" delivery={delivery} />],
              [t`Changed`, <Moment key="time" at={delivery.time} />],
              delivery.next !== null && [t`Tried again`, <Moment key="next" at={delivery.next} />],
              [
                t`Message id`,
                <span key="id" className={css.mono}>
                  {delivery.id}
                </span>,
              ],
            ]}
          />
          {delivery.state !== "waiting" && <SendAgain hook={hook} delivery={delivery} />}
          <Code text={JSON.stringify(delivery.message, null, 2)} label={t`Message`} />
          {delivery.attempts?.map((attempt) => (
            <OneAttempt key={attempt.number} attempt={attempt} />
          ))}
        </>
      ) : (
        <Loading />
      )}
    </section>
  )
}

function SendAgain({ hook, delivery }: { hook: Webhook; delivery: Delivery }) {
  const sending = useMutation({
    mutationFn: () =>
      client.post<Delivery>(hookPath(hook.id, `deliveries/${encodeURIComponent(delivery.id)}/replay/`), {}),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["operate"] }),
  })
  return (
    <>
      {sending.error && (
        <Notice kind="danger">
          <Said error={sending.error} />
        </Notice>
      )}
      <div className={css.bar}>
        <Button isPending={sending.isPending} onPress={() => sending.mutate()}>
          <Trans>Send it again</Trans>
        </Button>
      </div>
    </>
  )
}

function OneAttempt({ attempt }: { attempt: Attempt }) {
  const { t } = useLingui()
  return (
    <section className={css.event} aria-label={t`Attempt ${attempt.number}`}>
      <h3 className={css.legend}>
        <Trans>Attempt {attempt.number}</Trans>
      </h3>
      <Facts
        facts={[
          [t`At`, <Moment key="at" at={attempt.time} />],
          [t`Took`, <Lasted key="took" seconds={attempt.duration} />],
          attempt.status !== null && [t`Answer`, attempt.status],
          attempt.error !== "" && [t`Error`, attempt.error],
        ]}
      />
      {attempt.response !== null && (
        <Code text={JSON.stringify(attempt.response, null, 2)} label={t`What was answered`} />
      )}
    </section>
  )
}
