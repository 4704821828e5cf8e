import type { Auth } from "@tenantry/core";

/** A browser at the app: it keeps the app's cookies and nothing else. */
export function createBrowser(app: Auth, baseUrl: string) {
  const jar = new Map<string, string>();
  return {
    /** The request that this browser would send. */
    request(path: string, accept = "text/html"): Request {
      const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
      return new Request(new URL(path, baseUrl), { headers: { accept, cookie } });
    },
    async visit(path: string, accept?: string): Promise<Response> {
      const response = await app.routes.handle(this.request(path, accept));
      for (const line of response.headers.getSetCookie()) {
        const [pair = ""] = line.split(";");
        const at = pair.indexOf("=");
        if (/max-age=0/i.test(line)) jar.delete(pair.slice(0, at));
        else jar.set(pair.slice(0, at), pair.slice(at + 1));
      }
      return response;
    },
  };
}
