// #region example
import type { Auth } from "@tenantry/core";
import { fromWebRequest, PRIVATE_HEADERS } from "@tenantry/core/http";

export async function whoAsks(auth: Auth, request: Request): Promise<Response> {
  const neutral = fromWebRequest(request);
  const outcome = await auth.authenticate(neutral, { accept: ["session", "access"] });

  const error = auth.http.guard(outcome, { kind: "tenant" });
  const answer =
    outcome.kind === "redirect"
      ? { status: 302, headers: [...PRIVATE_HEADERS, ["location", outcome.location]], body: "" }
      : error === null
        ? { status: 200, headers: PRIVATE_HEADERS, body: "You are in." }
        : auth.http.answer(error, neutral);

  const response = new Response(answer.body, { status: answer.status });
  for (const [name = "", value = ""] of answer.headers) response.headers.set(name, value);
  for (const cookie of outcome.setCookies) response.headers.append("set-cookie", cookie);
  return response;
}
// #endregion example
