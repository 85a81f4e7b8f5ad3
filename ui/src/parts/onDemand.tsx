import { type ComponentType, lazy, Suspense } from "react"

/** A component that comes when it is first shown; until it is there, nothing stands in its place. */
export function onDemand<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  const Loaded = lazy(() => load().then((component) => ({ default: component })))
  // biome-ignore lint/correctness/noComponentHookFactories: called once for each, outside of components
  return function OnDemand(props: P) {
    return (
      <Suspense fallback={null}>
        <Loaded {...(props as P & React.JSX.IntrinsicAttributes)} />
      </Suspense>
    )
  }
}
