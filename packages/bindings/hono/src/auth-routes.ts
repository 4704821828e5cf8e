import type { Context } from "hono";
import type { Auth } from "@tenantry/core/http";
import { send } from "./respond.ts";

/** Serves core's fetch handler, also where a validator has read the body already. */
export async function serveAuthRoutes(
  auth: Pick<Auth, "routes">,
  c: Context,
  remoteAddress: string | undefined,
): Promise<Response> {
  const request = c.req.raw.bodyUsed ? await withBody(c) : c.req.raw;
  const { status, headers, body } = await auth.routes.handle(
    request,
    remoteAddress === undefined ? undefined : { remoteAddress },
  );
  return send(c, { status, headers, body });
}

/**
 * The request with the body that Hono has kept. Throws `TypeError`, for the developer, when something
 * has read the body past Hono.
 */
async function withBody(c: Context): Promise<Request> {
  const { raw } = c.req;
  if (Object.keys(c.req.bodyCache).length === 0) {
    throw new TypeError(
      "The request body was consumed before authRoutes(). Put authRoutes() in front of that, or read the body through c.req.",
    );
  }
  const type = raw.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  const body =
    type === "application/x-www-form-urlencoded"
      ? formText(await c.req.formData())
      : await c.req.arrayBuffer();
  return new Request(raw.url, { method: raw.method, headers: raw.headers, body });
}

function formText(form: FormData): string {
  const fields = new URLSearchParams();
  // A repeated field stays repeated, so that core can refuse it.
  for (const [name, value] of form) if (typeof value === "string") fields.append(name, value);
  return fields.toString();
}
