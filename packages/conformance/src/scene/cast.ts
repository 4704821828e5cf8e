import type { Started } from "../target/target.ts";
import type { WorldMachine, WorldTenant } from "../target/world.ts";

/** Who is there for every check. Nobody changes them; who needs a change makes people of their own. */
export interface Cast {
  readonly acme: WorldTenant;
  readonly birch: WorldTenant;
  /** Administrator of Acme. */
  readonly ada: string;
  /** Viewer in Acme. */
  readonly ben: string;
  /** Editor in Acme and viewer in Birch. */
  readonly cleo: string;
  /** Administrator of Birch. */
  readonly dan: string;
  /** Editor machines, where the vendor has machines. */
  readonly robots: { readonly acme: WorldMachine; readonly birch: WorldMachine } | null;
}

/** Makes the cast at the vendor. `run` keeps the names of two runs at one sandbox apart. */
export async function createCast({ world, provider }: Started, run: string): Promise<Cast> {
  const acme = await world.createTenant({
    slug: `acme-${run}`,
    name: "Acme",
    domain: `acme-${run}.example`,
  });
  const birch = await world.createTenant({
    slug: `birch-${run}`,
    name: "Birch",
    domain: `birch-${run}.example`,
  });
  const person = async (name: string, home: string) => {
    const email = `${name.toLowerCase()}@${home}-${run}.example`;
    await world.createPerson({ email, name });
    return email;
  };
  const [ada, ben, cleo, dan] = [
    await person("Ada", "acme"),
    await person("Ben", "acme"),
    await person("Cleo", "acme"),
    await person("Dan", "birch"),
  ];
  await world.setMember({ email: ada, tenant: acme.external, role: "admin" });
  await world.setMember({ email: ben, tenant: acme.external, role: "viewer" });
  await world.setMember({ email: cleo, tenant: acme.external, role: "editor" });
  await world.setMember({ email: cleo, tenant: birch.external, role: "viewer" });
  await world.setMember({ email: dan, tenant: birch.external, role: "admin" });

  const hasMachines = provider.capabilities.machineTokens !== "no";
  const machine = async (name: string, { external }: WorldTenant) => {
    if (world.createMachine === undefined) {
      throw new Error("The target has machineTokens and no world.createMachine.");
    }
    return world.createMachine({ name: `${name}-${run}`, tenant: external, role: "editor" });
  };
  const robots = hasMachines
    ? { acme: await machine("acme-robot", acme), birch: await machine("birch-robot", birch) }
    : null;
  return { acme, birch, ada, ben, cleo, dan, robots };
}
