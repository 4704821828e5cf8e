/**
 * Throws when the process runs in production. Emulators sign anybody in without a password, so
 * there is no option that turns this off.
 */
export function refuseProduction(emulator: string): void {
  // SECURITY: read here and nowhere else; an injectable environment would be an off switch.
  if (process.env["NODE_ENV"] === "production") {
    throw new Error(
      `The ${emulator} emulator signs anyone in without a password and refuses to start under NODE_ENV=production. Configure a real provider instead.`,
    );
  }
}
