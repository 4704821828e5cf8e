import { setTimeout as sleep } from "node:timers/promises";
import express from "express";
import { expect, test } from "vitest";
import { ada, createTestAuth, dan, signIn } from "./support/auth.ts";
import { serve } from "./support/server.ts";

test("CVE-2026-32887: a thousand interleaved requests of two tenants never mix", async () => {
  const { guard, bearer } = await createTestAuth();
  const app = express();
  app.use(guard.authenticate());
  app.get("/:delayMs", guard.requirePermission("notes:read"), async (req, res) => {
    const before = guard.get(req);
    await sleep(Number(req.params.delayMs));
    const after = guard.get(req);
    res.json({
      before: before?.tenant?.slug,
      after: after?.tenant?.slug,
      who: after?.principal.name,
      isScope: before?.tenant?.scope === after?.tenant?.scope,
    });
  });
  await using running = await serve(app);
  const [ofAda, ofDan] = [await bearer(ada), await bearer(dan)];

  const wrong: unknown[] = [];
  for (let round = 0; round < 10; round += 1) {
    const hundred = Array.from({ length: 100 }, async (_, index) => {
      const [headers, slug, who] =
        index % 2 === 0 ? [ofAda, "acme", "ada"] : [ofDan, "birch", "dan"];
      const response = await fetch(`${running.origin}/${(index * 7) % 13}`, { headers });
      const seen = await response.json();
      const wanted = { before: slug, after: slug, who, isScope: true };
      if (JSON.stringify(seen) !== JSON.stringify(wanted)) wrong.push(seen);
    });
    await Promise.all(hundred);
  }
  expect(wrong).toEqual([]);
});

test("CVE-2025-55009: what a handler can send to a page holds no token and no secret", async () => {
  const { guard, accessToken } = await createTestAuth();
  const app = express();
  app.use("/auth", guard.authRoutes());
  app.use(guard.authenticate());
  app.get("/", (req, res) => void res.json(guard.get(req)));
  await using running = await serve(app);

  const token = await accessToken(ada);
  const withToken = await fetch(running.origin, { headers: { authorization: `Bearer ${token}` } });
  const cookie = await signIn(running.origin, ada);
  const withCookie = await fetch(running.origin, { headers: { cookie } });

  const texts = [await withToken.text(), await withCookie.text()];
  for (const text of texts) {
    expect(JSON.parse(text)).toMatchObject({
      principal: { name: "ada" },
      tenant: { slug: "acme" },
    });
    for (const part of token.split(".")) expect(text).not.toContain(part);
    expect(text).not.toContain(cookie.split("=")[1]);
    expect(text).not.toMatch(/vendor-(refresh|id)-token|eyJ/);
  }
});
