using System.Text.Json.Nodes;
using Jaga.Audit;
using Jaga.Cases;
using Jaga.People;
using Jaga.Tests.Disclosure;
using Jaga.Tests.Evidence;

namespace Jaga.Tests.Packages;

/// <summary>A house with a decided case about a group, an agency with a confirmed key, and two leads.</summary>
internal sealed class PackageScene : IAsyncDisposable
{
    private PackageScene(JagaHost jaga, Keyring ring, string police, HttpClient lead, HttpClient other) => (Jaga, Ring, Police, Lead, Other) = (jaga, ring, police, lead, other);

    public JagaHost Jaga { get; }

    public Keyring Ring { get; }

    /// <summary>The agency's id.</summary>
    public string Police { get; }

    /// <summary>Who prepares.</summary>
    public HttpClient Lead { get; }

    /// <summary>Who releases.</summary>
    public HttpClient Other { get; }

    public static async Task<PackageScene> Make(Store store, bool key = true)
    {
        var jaga = await JagaHost.Start(store, null, ("Letters:Pdf", "false"), ("Letters:Name", "Plaza"), ("Audit:Origin", "plaza.example/audit"));
        var scene = new PackageScene(jaga, await Keyring.Make(), await Asking.Verified(jaga, "Bareskrim"), await jaga.As(Role.Lead), await jaga.As(Role.Lead, Role.Auditor));
        if (key)
        {
            await scene.Confirm(await scene.AddKey());
        }

        return scene;
    }

    public async Task<string> AddKey() => (string)(await Ok(await Lead.PostAsJsonAsync($"/api/v1/agencies/{Police}/encryption-keys", new { key = Ring.Armored })))["id"]!;

    public async Task Confirm(string key)
    {
        using var admin = await Jaga.As(Role.Administrator);
        await Ok(await admin.PostAsJsonAsync($"/api/v1/agencies/{Police}/encryption-keys/{key}/confirmation", new { fingerprint = Ring.Fingerprint, how = "read out over the published number" }));
    }

    /// <summary>A case about group g7 that holds one picture of <paramref name="bytes"/> bytes, decided as illegal.</summary>
    public async Task<string> Decided(int bytes = 5000)
    {
        var picture = await Jaga.Keep(EvidenceSteps.Bytes(bytes), mediaType: "image/png", about: new("item", "photo-2"));
        var id = await Jaga.In(async scope =>
        {
            var db = scope.GetRequiredService<Db>();
            await using var transaction = await db.Begin(default);
            var made = Case.Open(new("group", "g7"), "csam", Severity.High, Jaga.Clock.Now);
            db.Add(made);
            db.Add(CaseMedia.Of(made.Id, new(picture.Id, null, null, picture.Sha256, picture.Md5, null, "png", 64, 64), null, Jaga.Clock.Now));
            scope.GetRequiredService<AuditLog>().Record(Actor.System("test"), "case.opened", made.Subject);
            return await transaction.Commit(made.Id.ToString(), default);
        });
        await Ok(await Lead.PostAsJsonAsync($"/api/v1/cases/{id}/decision", new { verdict = "illegal", policy = "House rule 1", reason = "a banked bridge", actions = Array.Empty<object>(), version = 0 }));
        Jaga.Clock.Advance(TimeSpan.FromMinutes(1));
        return id;
    }

    public async Task<string> Prepare(params (string Kind, string Id)[] about) => (string)(await Ok(await Lead.PostAsJsonAsync("/api/v1/packages", Wanted(about))))["id"]!;

    public object Wanted(params (string Kind, string Id)[] about) => new { about = about.Select(a => new { kind = a.Kind, id = a.Id }), profile = "id-police", agency = Police, note = "Please read the report first." };

    public async Task<JsonNode> Read(string id) => await Ok(await Lead.GetAsync($"/api/v1/packages/{id}"));

    public async Task<HttpResponseMessage> Release(string id, HttpClient? by = null, string? seen = null) =>
        await (by ?? Other).PostAsJsonAsync($"/api/v1/packages/{id}/release", new { seen = seen ?? (string)(await Read(id))["seen"]! });

    /// <summary>Releases and builds it.</summary>
    public async Task<JsonNode> Build(string id)
    {
        await Ok(await Release(id));
        await Jaga.RunWorker();
        return await Read(id);
    }

    /// <summary>A program of an agency.</summary>
    public Task<HttpClient> Agency(string id) => Jaga.KeyFor(new("agency", id), Permission.UseAgencyDoor);

    /// <summary>Takes a package at the door, decrypts it with gpg and unpacks it: the path of the tar, and of the bag's folder.</summary>
    public async Task<(string Tar, string Bag)> Take(string id)
    {
        using var door = await Agency(Police);
        using var answer = await door.GetAsync($"/api/v1/agency/packages/{id}/file");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var folder = Directory.CreateTempSubdirectory("taken-").FullName;
        var (file, tar) = (Path.Combine(folder, answer.Content.Headers.ContentDisposition!.FileName!.Trim('"')), Path.Combine(folder, "package.tar"));
        await File.WriteAllBytesAsync(file, await answer.Content.ReadAsByteArrayAsync());
        await Ring.Decrypt(file, tar);
        await Keyring.Run(folder, "tar", "-xf", tar);
        return (tar, Assert.Single(Directory.GetDirectories(folder)));
    }

    public static Task<JsonNode> Ok(HttpResponseMessage answer) => Asking.Ok(answer);

    public static Task<string> Refused(HttpResponseMessage answer, HttpStatusCode with) => Asking.Refused(answer, with);

    public async ValueTask DisposeAsync()
    {
        Lead.Dispose();
        Other.Dispose();
        Ring.Dispose();
        await Jaga.DisposeAsync();
    }
}
