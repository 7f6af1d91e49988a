import { describe, expect, it } from "vitest";
import { describeConfig, readConfig } from "./config.ts";
import { StartFault } from "./platform/start-fault.ts";

describe("the configuration", () => {
  it("starts with nothing set", () => {
    const config = readConfig({});
    expect(config.publicUrl.origin).toBe("http://localhost:8080");
    expect(config.origins.console).toBe("http://localhost:8080");
    expect(config.databaseUrl).toBeUndefined();
  });

  it("counts an empty value as not set", () => {
    expect(readConfig({ PORT: "", DATABASE_URL: " " }).port).toBe(8080);
  });

  it.each([
    [{ VESTIBULE_DTAA: "/x" }, /VESTIBULE_DTAA.*VESTIBULE_DATA/],
    [{ PORT: "80a" }, /PORT.*65535/],
    [{ PORT: "65536" }, /PORT/],
    [{ LOG_LEVEL: "loud" }, /LOG_LEVEL.*info/],
    [{ PUBLIC_URL: "ftp://x" }, /PUBLIC_URL.*https/],
    [{ DRIVER_ORIGIN: "https://driver.example.com/app" }, /DRIVER_ORIGIN.*origin alone/],
    [{ DATABASE_URL: "mysql://me:hunter2@db/x" }, /DATABASE_URL.*postgres/],
    [{ FILES_URL: "http://files" }, /FILES_URL.*s3/],
  ])("refuses %o and says what it may be", (environment, sentence) => {
    const start = () => readConfig(environment);
    expect(start).toThrow(StartFault);
    expect(start).toThrow(sentence);
    expect(start).not.toThrow(/hunter2/);
  });

  it("describes every setting and shows no secret", () => {
    const described = describeConfig({
      DATABASE_URL: "postgres://me:hunter2@db/x",
      SMTP_URL: "smtp://a:hunter2@m",
      PUBLIC_URL: "https://a:hunter2@host",
    });
    expect(JSON.stringify(described)).not.toContain("hunter2");
    expect(described.find(({ name }) => name === "DATABASE_URL")?.value).toBe("(set, not shown)");
  });
});
