import { relative } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createVitest, type Vitest } from "vitest/node";
import { repositoryFiles, root } from "./sources/repository-files.ts";

/** A wrong pattern in a configuration file tests nothing and says nothing; so the names are here. */
const PROJECTS = [
  "binding-suite",
  "clerk",
  "cli",
  "conformance",
  "core",
  "emulators",
  "example-custom-adapter",
  "example-fastify-api",
  "example-hono-api",
  "example-mcp-server",
  "example-quickstart",
  "example-saas",
  "express",
  "fastify",
  "hono",
  "mcp",
  "oidc",
  "repository",
  "stytch",
  "workos",
];

describe("vitest", () => {
  let vitest: Vitest;

  beforeAll(async () => {
    vitest = await createVitest("test", { root, watch: false });
  }, 60_000);
  afterAll(() => vitest.close());

  test("knows every project, and no other", () => {
    expect(vitest.projects.map((project) => project.name).toSorted()).toEqual(PROJECTS);
  });

  test("finds every test file that is in the repository, and each once", async () => {
    const found = await Promise.all(
      vitest.projects.map(async (project) => {
        const { testFiles, typecheckTestFiles } = await project.globTestFiles();
        return [...testFiles, ...typecheckTestFiles].map((path) => relative(root, path));
      }),
    );
    const present = repositoryFiles().filter(
      (path) => /\.test(-d)?\.ts$/.test(path) && !path.startsWith("test/fixtures/"),
    );
    expect(found.flat().toSorted()).toEqual(present);
  });
});
