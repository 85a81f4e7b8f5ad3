import { client, queries } from "../app/client.ts"
import { refreshMe } from "../app/session.ts"
import { type Person, personQuery, refreshPeople } from "./api.ts"

/** Changes an account as it was read; 412 where somebody else was first. It acts on its next request. */
export async function savePerson(person: Person, change: Partial<Person>): Promise<void> {
  await client.patch(`/api/_/records/users/${encodeURIComponent(person.id)}/`, change, { ifMatch: person._v })
  await queries.invalidateQueries({ queryKey: personQuery(person.id).queryKey })
  void refreshPeople()
  void refreshMe()
}
