import type { AppFacts, Started } from "../target/target.ts";
import type { TokenWish } from "../target/tokens.ts";
import type { WorldTenant } from "../target/world.ts";
import { createApp, type App, type Door } from "../app/app.ts";
import type { Defects } from "../app/defects.ts";
import type { Cast } from "./cast.ts";
import { Skip } from "./skip.ts";
import { mintSpecimen, type Specimen } from "./specimen.ts";

/** Kinds of signed tokens that open mounts. */
export type TokenDoor = Exclude<Door, "api_key">;

/** What a check works with: a vendor that runs, the people in it, and apps around the adapter. */
export interface Scene {
  readonly facts: AppFacts;
  readonly started: Started;
  readonly cast: Cast;
  /** A new app with empty stores. */
  app(): App;
  /** A number in [0, 1) from the run's seed. */
  random(): number;
  /** A name that nobody has. */
  unique(word: string): string;
  /** A new person, a member of the tenant if one is given. Their e-mail address. */
  person(place?: { readonly tenant: WorldTenant; readonly role: string }): Promise<string>;
  /** The kinds of signed tokens that this vendor issues for mounts. Skips if there are none. */
  doors(which?: "all" | "people"): readonly TokenDoor[];
  /** An honest token: Ada's at Acme (or the robot's), unless someone else is wished. */
  specimen(kind: TokenDoor, wish?: Partial<TokenWish>): Promise<Specimen>;
}

/** What a scene is made of. */
export interface SceneSetting {
  readonly facts: AppFacts;
  readonly started: Started;
  readonly cast: Cast;
  readonly random: () => number;
  readonly unique: (word: string) => string;
  readonly defects?: Defects;
}

const DOORS: readonly TokenDoor[] = ["session", "access", "m2m", "mcp"];

/** Makes a scene. */
export function createScene(setting: SceneSetting): Scene {
  const { facts, started, cast, unique, defects } = setting;
  return {
    facts,
    started,
    cast,
    random: setting.random,
    unique,
    app: () => createApp({ facts, started, ...(defects === undefined ? {} : { defects }) }),
    async person(place) {
      const name = unique("person");
      const email = `${name}@people.example`;
      await started.world.createPerson({ email, name });
      if (place !== undefined) {
        const { tenant, role } = place;
        await started.world.setMember({ email, tenant: tenant.external, role });
      }
      return email;
    },
    doors(which = "all") {
      const kinds = DOORS.filter((kind) => started.tokens.kinds[kind] !== undefined);
      const wanted = which === "all" ? kinds : kinds.filter((kind) => kind !== "m2m");
      if (wanted.length === 0) {
        throw new Skip(
          which === "all"
            ? "the vendor issues no signed tokens for mounts"
            : "the vendor issues no signed tokens of people for mounts",
        );
      }
      return wanted;
    },
    async specimen(kind, wish = {}) {
      if (kind !== "m2m") {
        const who = { person: cast.ada, tenant: cast.acme.external };
        return mintSpecimen(started, { kind, ...who, ...wish });
      }
      const machine = cast.robots?.acme.external;
      if (machine === undefined)
        throw new Error("The target mints m2m tokens and has no machines.");
      return mintSpecimen(started, { kind, machine, tenant: cast.acme.external, ...wish });
    },
  };
}
