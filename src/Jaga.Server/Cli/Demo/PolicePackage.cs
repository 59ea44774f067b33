using System.Net.Http;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Jaga.Server.Cli.Demo;

/// <summary>Step 11: the police get a package about the group and who runs it. Two persons release it; at the other end gpg, sha256sum and tar suffice.</summary>
internal static class PolicePackage
{
    private const string Group = "812";
    private static readonly string[] Classes = ["subscriberInformation", "trafficData"];
    private static readonly string[] Competence = ["csam"];
    private static readonly string[] Regimes = ["id-permenkominfo-5-2020"];
    private static readonly string[] Looked = ["authority", "legalBasis", "necessity", "proportion", "humanRights"];

    public static async Task Tell(Stage stage, Teller teller, CancellationToken ct)
    {
        teller.Begin(11, "The police get a package about the group and who runs it");
        if (!File.Exists("/usr/bin/gpg"))
        {
            Teller.Say($"GnuPG is not installed here, so nothing can be encrypted to a key; the step is left out.");
            teller.End();
            return;
        }

        var home = Directory.CreateTempSubdirectory("jaga-police-").FullName;
        try
        {
            await Tell(stage, teller, home, ct);
        }
        finally
        {
            await Child.Run("gpgconf", ["--homedir", home, "--kill", "all"], CancellationToken.None);
            Directory.Delete(home, recursive: true);
        }
    }

    private static async Task Tell(Stage stage, Teller teller, string home, CancellationToken ct)
    {
        var (agency, door, fingerprint) = await Police(stage, home, ct);
        teller.Check(fingerprint.Length == 40, $"The police's public key is kept; an administrator has compared its fingerprint {fingerprint}");
        var request = await Ask(stage, teller, door, ct);

        var cases = (await Stage.Get<JsonElement>(stage.Lead, "/api/v1/cases?state=decided&size=200", ct)).GetProperty("rows").EnumerateArray()
            .Where(c => c.GetProperty("about").GetProperty("kind").GetString() == "group" && c.GetProperty("about").GetProperty("id").GetString() == Group).Select(c => c.GetProperty("id").GetGuid()).ToList();
        teller.Check(cases.Count > 0, $"The case of the group is decided");
        var id = (await Stage.Post<JsonElement>(
            stage.Lead, "/api/v1/packages",
            new { about = new[] { new { kind = "case", id = cases[0].ToString() }, new { kind = "data-request", id = request } }, profile = "id-police", agency, note = "Please read the report first." }, ct)).GetProperty("id").GetGuid();
        var seen = (await Stage.Get<JsonElement>(stage.Lead, $"/api/v1/packages/{id}", ct)).GetProperty("seen").GetString();
        using var own = await stage.Lead.PostAsync($"/api/v1/packages/{id}/release", new StringContent($"{{\"seen\":\"{seen}\"}}", Encoding.UTF8, "application/json"), ct);
        teller.Check(!own.IsSuccessStatusCode, $"Whoever prepared the package cannot release it");
        await Stage.Send(stage.Second, $"/api/v1/packages/{id}/release", new { seen }, ct);
        await teller.Wait(
            async () => (await Stage.Get<JsonElement>(stage.Lead, $"/api/v1/packages/{id}", ct)).GetProperty("row").GetProperty("state").GetString() == "ready",
            TimeSpan.FromMinutes(1), $"A second person releases it; it is sealed, encrypted, and lies at the agency's door", ct);
        await Open(stage, teller, door, home, id, ct);
        teller.End();
    }

    private static async Task Open(Stage stage, Teller teller, HttpClient door, string home, Guid id, CancellationToken ct)
    {
        var told = await Stage.Get<JsonElement>(door, $"/api/v1/agency/packages/{id}", ct);
        var (name, sha256) = (told.GetProperty("fileName").GetString()!, told.GetProperty("sha256").GetString()!);
        var folder = Directory.CreateDirectory(Path.Combine(stage.Folder, "police")).FullName;
        var (file, tar) = (Path.Combine(folder, name), Path.Combine(folder, "package.tar"));
        await using (var target = File.Create(file))
        await using (var taken = await door.GetStreamAsync($"/api/v1/agency/packages/{id}/file", ct))
        {
            await taken.CopyToAsync(target, ct);
        }

        var opened = await Child.Run("gpg", ["--batch", "--quiet", "--homedir", home, "--pinentry-mode", "loopback", "--passphrase", "", "--output", tar, "--decrypt", file], ct);
        var unpacked = await Child.Run("tar", ["-xf", tar], ct, folder);
        var bag = Directory.GetDirectories(folder).Single();
        var sums = await Child.Run("sha256sum", ["--check", "--quiet", "manifest-sha256.txt"], ct, bag);
        teller.Check(opened is { Code: 0 } && unpacked is { Code: 0 } && sums is { Code: 0 }, $"The officer opens it with gpg --decrypt and checks it with sha256sum alone");
        var verifier = Path.Combine(stage.Data, "audit", "verifier");
        var whole = await Stage.Verb(ct, "evidence", "verify", tar, "--public-key", verifier);
        teller.Check(whole.Code == 0, $"jaga evidence verify, without any server: {whole.Output.Trim()}");
        var data = Directory.GetFiles(Path.Combine(bag, "data"), "disclosure-*.json").Single();
        var disclosed = await File.ReadAllTextAsync(data, ct);
        teller.Check(disclosed.Contains("u7", StringComparison.Ordinal) && !disclosed.Contains("\"members\"", StringComparison.Ordinal), $"Who founded the group, who runs it and from where is in it; its members are a count");

        var bytes = await File.ReadAllBytesAsync(tar, ct);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(tar, bytes, ct);
        var broken = await Stage.Verb(ct, "evidence", "verify", tar, "--public-key", verifier);
        teller.Check(broken.Code == 1, $"One byte altered: {broken.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1]}");
        await Stage.Send(door, $"/api/v1/agency/packages/{id}/receipt", new { sha256 = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(file, ct))) }, ct);
        var state = (await Stage.Get<JsonElement>(stage.Lead, $"/api/v1/packages/{id}", ct)).GetProperty("row").GetProperty("state").GetString();
        teller.Check(state == "received" && sha256.Length == 64, $"The officer confirms it by its SHA-256: the receipt is here");
    }

    private static async Task<(Guid Agency, HttpClient Door, string Fingerprint)> Police(Stage stage, string home, CancellationToken ct)
    {
        string[] gpg = ["--batch", "--quiet", "--homedir", home, "--pinentry-mode", "loopback", "--passphrase", ""];
        await Child.Run("gpg", [.. gpg, "--quick-gen-key", "Unit Siber Contoh <unit@police.example>", "future-default", "default", "never"], ct);
        var fingerprint = (await Child.Run("gpg", [.. gpg, "--with-colons", "--list-keys"], ct)).Output.Split('\n').First(l => l.StartsWith("fpr", StringComparison.Ordinal)).Split(':')[9];
        var armored = (await Child.Run("gpg", [.. gpg, "--armor", "--export", fingerprint], ct)).Output;
        var agency = (await Stage.Post<JsonElement>(
            stage.Lead, "/api/v1/agencies",
            new { name = "Kepolisian Contoh", kind = "lawEnforcement", country = "ID", competence = Competence, regimes = Regimes, contact = "Unit Siber", language = "id" }, ct)).GetProperty("id").GetGuid();
        await Stage.Post<JsonElement>(stage.Lead, $"/api/v1/agencies/{agency}/verification", new { how = "Called back the number that it publishes." }, ct);
        var key = (await Stage.Post<JsonElement>(stage.Lead, $"/api/v1/agencies/{agency}/encryption-keys", new { key = armored }, ct)).GetProperty("id").GetGuid();
        await Stage.Post<JsonElement>(stage.Administrator, $"/api/v1/agencies/{agency}/encryption-keys/{key}/confirmation", new { fingerprint, how = "Read out over that number." }, ct);
        return (agency, stage.Bearing((await Stage.Post<JsonElement>(stage.Lead, $"/api/v1/agencies/{agency}/keys", new { name = "Program" }, ct)).GetProperty("key").GetString()!), fingerprint);
    }

    // The police ask who runs the group; a lead checks their letter and proposes, another releases, and the platform gives.
    private static async Task<string> Ask(Stage stage, Teller teller, HttpClient door, CancellationToken ct)
    {
        var id = (await Stage.Post<JsonElement>(
            door, "/api/v1/agency/data-requests",
            new
            {
                regime = "id-permenkominfo-5-2020", legalBasis = "KUHAP", offence = "UU 44/2008 Pasal 29", maxPenaltyMonths = 144, purpose = "To find who runs the group", description = "The group shares what the law forbids.",
                subjects = new[] { new { kind = "group", id = Group } }, classes = Classes, reference = "LP/77/2026",
                documents = new[] { new { kind = "officialRequest", number = "B/12/2026", issuedOn = "2026-01-02", issuer = "Unit Siber", mediaType = "text/plain", content = Encoding.UTF8.GetBytes("An official request, made up for the demo.") } },
            },
            ct)).GetProperty("id").GetGuid();
        var document = (await Stage.Get<JsonElement>(stage.Lead, $"/api/v1/data-requests/{id}", ct)).GetProperty("documents")[0].GetProperty("id").GetGuid();
        await Stage.Send(stage.Lead, $"/api/v1/data-requests/{id}/documents/{document}/check", new { accepted = true, covers = Classes, coversMembers = false, because = "Seal and signature compared." }, ct);
        await Stage.Send(stage.Lead, $"/api/v1/data-requests/{id}/proposal", new { outcome = "released", @checked = Looked }, ct);
        await Stage.Send(stage.Second, $"/api/v1/data-requests/{id}/release", new { }, ct);

        var platform = await stage.KeyFor("giveData");
        var subjects = (await Stage.Get<JsonElement>(platform, "/api/v1/data-requests/asked", ct)).GetProperty("rows").EnumerateArray().Single(r => r.GetProperty("request").GetGuid() == id).GetProperty("subjects");
        await Stage.Send(platform, $"/api/v1/data-requests/{id}/data", new { receipt = "demo", subjects = subjects.EnumerateArray().Select(Given).ToList() }, ct);
        teller.Check(subjects.GetRawText().Contains("adminSignIns", StringComparison.Ordinal), $"The platform gives what was released on the police's request: who founded the group, who administers it, from which addresses, and which other groups they run");
        return id.ToString();
    }

    // Names and addresses that are reserved for examples.
    private static object Given(JsonElement subject)
    {
        var known = new Dictionary<string, object>
        {
            ["createdAt"] = "2026-01-05T09:00:00+07:00",
            ["founders"] = new[] { new { account = "u7", name = "Somebody Example", email = "u7@example.org", phone = (string?)null, at = "2026-01-05T09:00:00+07:00" } },
            ["admins"] = new[] { new { account = "u7", name = "Somebody Example", email = "u7@example.org", phone = (string?)null, from = "2026-01-05T09:00:00+07:00", until = (string?)null } },
            ["otherGroups"] = new[] { new { account = "u7", group = "811", role = "admin", from = "2025-12-01T08:00:00+07:00", until = (string?)null } },
            ["memberCount"] = 7479,
            ["foundedFrom"] = new[] { new { account = "u7", at = "2026-01-05T09:00:00+07:00", address = "192.0.2.7", port = 49152 } },
            ["adminSignIns"] = new[] { new { account = "u7", at = "2026-03-01T21:14:00+07:00", address = "2001:db8::7", port = 50211, device = (string?)null } },
        };
        var fields = subject.GetProperty("fields").EnumerateArray().Select(f => f.GetProperty("name").GetString()!).ToList();
        return new { kind = subject.GetProperty("kind").GetString(), id = subject.GetProperty("id").GetString(), fields = fields.Where(known.ContainsKey).ToDictionary(f => f, f => known[f]), notHeld = fields.Where(f => !known.ContainsKey(f)) };
    }
}
