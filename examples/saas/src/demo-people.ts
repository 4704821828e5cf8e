/** Somebody the demo's own identity provider knows, and what to try as them. */
export interface DemoPerson {
  readonly name: string;
  readonly email: string;
  readonly places: string;
  readonly tryThis: string;
}

export const demoPeople: readonly DemoPerson[] = [
  person("Ada Ames", "ada@acme.example", ["admin of Acme", "write and delete notes"]),
  person("Ben Boyd", "ben@acme.example", ["viewer in Acme", "read, and be refused a write"]),
  person("Cleo Cruz", "cleo@acme.example", ["editor in Acme, viewer in Birch", "switch tenants"]),
  person("Dan Dorsey", "dan@birch.example", ["admin of Birch", "see other notes than Ada"]),
  person("Eve Ellis", "eve@birch.example", ["viewer in Birch", "open a link to Acme"]),
  person("Sam Shore", "sam@lighthouse.example", [
    "support at Lighthouse",
    "enter a customer's tenant",
  ]),
];

function person(
  name: string,
  email: string,
  [places, tryThis]: readonly [string, string],
): DemoPerson {
  return { name, email, places, tryThis };
}
