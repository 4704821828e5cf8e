import type {
  Arguments,
  Needed,
  PromptDefinition,
  PromptHandler,
  ResourceDefinition,
  ResourceHandler,
  ResourceTemplateDefinition,
  ResourceTemplateHandler,
  Schema,
  TenantlessToolDefinition,
  TenantlessToolHandler,
  ToolDefinition,
  ToolHandler,
} from "./definitions.ts";
import type { TenantCallContext } from "./contexts.ts";
import type { AnyCompleter, AnyContext } from "./registered.ts";
import type { Registry } from "./registry.ts";
import { tenantArguments } from "./tenant-arguments.ts";
import { templateVariables } from "./uri-template.ts";

/** How tools, resources and prompts are registered. All of it throws `TypeError` for what is wrong. */
export interface Registration<P extends string> {
  tool<I extends Schema | undefined = undefined>(
    name: string,
    definition: ToolDefinition<P, I>,
    handler: ToolHandler<P, I>,
  ): void;
  /** A tool that is about no tenant's data. Everybody who is signed in may call it. */
  tenantlessTool<I extends Schema | undefined = undefined>(
    name: string,
    definition: TenantlessToolDefinition<I>,
    handler: TenantlessToolHandler<I>,
  ): void;
  resource(name: string, definition: ResourceDefinition<P>, handler: ResourceHandler<P>): void;
  resourceTemplate(
    name: string,
    definition: ResourceTemplateDefinition<P>,
    handler: ResourceTemplateHandler<P>,
  ): void;
  prompt<I extends Schema | undefined = undefined>(
    name: string,
    definition: PromptDefinition<P, I>,
    handler: PromptHandler<P, I>,
  ): void;
}

/** What the boot checks know. */
export interface RegistrationRules {
  readonly registry: Registry;
  readonly isPermission: (name: string) => boolean;
  /** Whether requests have been served: what comes later would not be in the lists they were given. */
  readonly isServing: () => boolean;
}

const TOOL_NAME = /^[A-Za-z0-9_.-]{1,128}$/;

/** Makes {@link Registration} over a registry. */
export function createRegistration<P extends string>(rules: RegistrationRules): Registration<P> {
  const { registry } = rules;

  function open(what: string, name: string, needed: Needed<P>): readonly string[] {
    openTenantless(what, name);
    const permissions: readonly string[] = typeof needed === "string" ? [needed] : (needed ?? []);
    if (permissions.length === 0) throw new TypeError(`${what} "${name}" needs a permission.`);
    for (const permission of permissions) {
      if (!rules.isPermission(permission)) {
        throw new TypeError(`${what} "${name}": "${permission}" is no permission.`);
      }
    }
    return [...permissions];
  }

  function openTenantless(what: string, name: string): void {
    if (rules.isServing()) {
      throw new TypeError(`${what} "${name}" comes too late: the server answers requests already.`);
    }
    if (!TOOL_NAME.test(name)) throw new TypeError(`${what} "${name}": ${TOOL_NAME.source}`);
  }

  return {
    tool(name, definition, handler) {
      const permissions = open("Tool", name, definition.permission);
      const { auditResource } = definition;
      registry.add({
        kind: "tool",
        name,
        permissions,
        ...shown(definition),
        input: definition.input,
        output: definition.output,
        annotations: definition.annotations,
        comparesTenant: comparesTenant(`Tool "${name}"`, definition.input, definition.tenantArg),
        reason: null,
        auditResource:
          auditResource === undefined ? undefined : (args) => auditResource(validated(args)),
        run: (args, ctx) => handler(validated(args), ofCatalogue(ctx)),
      });
    },

    tenantlessTool(name, definition, handler) {
      openTenantless("Tool", name);
      if (definition.reason.trim() === "") {
        throw new TypeError(`Tool "${name}" needs a reason for being tenantless.`);
      }
      if (tenantArguments(definition.input, `Tool "${name}"`).length > 0) {
        throw new TypeError(
          `Tool "${name}" is tenantless and has an argument named like a tenant.`,
        );
      }
      registry.add({
        kind: "tool",
        name,
        permissions: null,
        ...shown(definition),
        input: definition.input,
        output: definition.output,
        annotations: definition.annotations,
        comparesTenant: false,
        reason: definition.reason,
        auditResource: undefined,
        run: (args, ctx) => handler(validated(args), ctx),
      });
    },

    resource(name, definition, handler) {
      const permissions = open("Resource", name, definition.permission);
      if (!URL.canParse(definition.uri)) {
        throw new TypeError(`Resource "${name}": "${definition.uri}" is no address.`);
      }
      registry.add({
        kind: "resource",
        name,
        permissions,
        ...shown(definition),
        uri: new URL(definition.uri).toString(),
        mimeType: definition.mimeType,
        run: (uri, ctx) => handler(uri, ofCatalogue(ctx)),
      });
    },

    resourceTemplate(name, definition, handler) {
      const permissions = open("Resource template", name, definition.permission);
      const { uriTemplate, list } = definition;
      const variables = templateVariables(uriTemplate);
      const tenantInUri = definition.tenantInUri !== false;
      // SECURITY: an address that names its tenant can be compared; one that does not has to say so.
      if (tenantInUri !== variables.includes("tenant")) {
        throw new TypeError(
          `Resource template "${name}" needs {tenant} in "${uriTemplate}", or "tenantInUri: false" without it.`,
        );
      }
      registry.add({
        kind: "template",
        name,
        permissions,
        ...shown(definition),
        uriTemplate,
        mimeType: definition.mimeType,
        tenantInUri,
        list: list === undefined ? undefined : (ctx) => list(ofCatalogue(ctx)),
        complete: completers<P>(definition.complete),
        run: (uri, ctx) => handler(uri, { ...ofCatalogue<P>(ctx), variables: ctx.variables }),
      });
    },

    prompt(name, definition, handler) {
      const permissions = open("Prompt", name, definition.permission);
      registry.add({
        kind: "prompt",
        name,
        permissions,
        ...shown(definition),
        args: definition.args,
        comparesTenant: comparesTenant(`Prompt "${name}"`, definition.args, definition.tenantArg),
        complete: completers<P>(definition.complete),
        run: (args, ctx) => handler(validated(args), ofCatalogue(ctx)),
      });
    },
  };
}

function shown(
  definition: Pick<ToolDefinition<string, Schema>, "title" | "description" | "icons">,
) {
  const { title, description, icons } = definition;
  return { title, description, icons };
}

/** SECURITY: an argument that looks as if it chose a tenant would be believed by somebody. */
function comparesTenant(
  where: string,
  schema: Schema | undefined,
  tenantArg: "must-equal" | undefined,
): boolean {
  const named = tenantArguments(schema, where);
  if (named.length > 0 && tenantArg !== "must-equal") {
    throw new TypeError(
      `${where}: the argument "${named[0]?.join(".")}" is named like a tenant, and the tenant comes from the token. Rename it, or set tenantArg: "must-equal".`,
    );
  }
  return named.length > 0;
}

function completers<P extends string>(
  complete: ResourceTemplateDefinition<P>["complete"],
): ReadonlyMap<string, AnyCompleter> {
  return new Map(
    Object.entries(complete ?? {}).map(([name, one]) => [
      name,
      (value: string, ctx: AnyContext) => one(value, ofCatalogue(ctx)),
    ]),
  );
}

/** The schema of the same registration has validated them. */
function validated<I>(args: unknown): Arguments<I> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return args as Arguments<I>;
}

/** The context comes from the auth instance whose catalogue has these permissions. */
function ofCatalogue<P extends string>(ctx: object): TenantCallContext<P> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return ctx as TenantCallContext<P>;
}
