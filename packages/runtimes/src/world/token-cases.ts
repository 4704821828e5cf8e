import type { TokenCase, Vendor } from "../smoke/plan.ts";

interface Draft {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly key?: "current" | "rogue";
}

/** An honest token of a vendor, and the vendor's key for changed copies of it. */
export interface Original {
  readonly minted: Promise<string>;
  /** The claim that says whom the token is for; null for tokens that have none. */
  readonly audienceClaim: string | null;
  readonly sign: (draft: Draft) => Promise<string>;
}

/** The honest token and its bad copies, each of which differs from it in one thing. */
export async function casesOf(
  vendor: Vendor,
  name: string,
  { minted, audienceClaim, sign }: Original,
): Promise<readonly TokenCase[]> {
  const token = await minted;
  const [header = {}, claims = {}] = token.split(".").map(decodePart);
  const nowSeconds = Math.floor(Date.now() / 1000);
  const one = (
    what: string,
    bent: string,
    expected: TokenCase["expected"] = "credential_invalid",
  ) => ({ vendor, name: `${name}, ${what}`, token: bent, expected });
  const changed = (changes: Readonly<Record<string, unknown>>) =>
    sign({ header, claims: { ...claims, ...changes } });
  return [
    one("good", token, "authenticated"),
    one("forged", await sign({ header, claims, key: "rogue" })),
    one(
      "expired",
      await changed({ iat: nowSeconds - 600, nbf: nowSeconds - 600, exp: nowSeconds - 300 }),
      "credential_expired",
    ),
    ...(audienceClaim === null
      ? []
      : [one("for somebody else", await changed({ [audienceClaim]: "https://other.example" }))]),
  ];
}

function decodePart(part: string, index: number): Readonly<Record<string, unknown>> {
  return index > 1 ? {} : JSON.parse(Buffer.from(part, "base64url").toString());
}
