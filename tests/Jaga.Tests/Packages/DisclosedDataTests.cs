using System.Text.Json;
using System.Text.Json.Nodes;
using Jaga.Disclosure;
using Jaga.Evidence;
using Jaga.People;
using Jaga.Tests.Disclosure;
using Jaga.Tests.Evidence;
using static Jaga.Tests.Packages.PackageScene;

namespace Jaga.Tests.Packages;

/// <summary>An answered request for data in a package: exactly the fields of the classes that documents allow, for the agency that asked, beside what was asked.</summary>
public sealed class DisclosedDataTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Who_runs_a_group_goes_with_its_case_and_nothing_of_a_class_without_document(Store store)
    {
        await using var scene = await Make(store);
        using var asking = await Asking.Begin(scene.Jaga);
        await KeyFor(scene, asking.Police);
        var request = await Answered(asking);
        Assert.Contains("to that agency and to nobody else", await Refused(await scene.Lead.PostAsJsonAsync("/api/v1/packages", scene.Wanted(("data-request", request))), HttpStatusCode.Conflict), StringComparison.Ordinal);

        var id = (string)(await Ok(await scene.Lead.PostAsJsonAsync("/api/v1/packages", new { about = new[] { new { kind = "case", id = await scene.Decided() }, new { kind = "data-request", id = request } }, profile = "id-police", agency = asking.Police })))["id"]!;
        var compared = (await scene.Read(id))["matters"]!.AsArray().Single(m => (string)m!["about"]!["kind"]! == "data-request")!["compared"]!.AsArray();
        Assert.Equal("given", Outcome("founders"));
        Assert.Equal("notHeld", Outcome("memberCount"));
        Assert.Equal("notAllowed", Outcome("members"));
        Assert.Equal("notAllowed", Outcome("posts"));
        await scene.Build(id);

        using var door = await scene.Agency(asking.Police);
        var (file, tar) = (Path.Combine(scene.Jaga.Data, "p.gpg"), Path.Combine(scene.Jaga.Data, "p.tar"));
        await File.WriteAllBytesAsync(file, await door.GetByteArrayAsync($"/api/v1/agency/packages/{id}/file"));
        await scene.Ring.Decrypt(file, tar);
        Assert.Null((await VerifyBag.Run(tar, [scene.Jaga.LogKey()], default)).Fault);
        await Keyring.Run(scene.Jaga.Data, "tar", "-xf", tar);
        var disclosed = JsonNode.Parse(await File.ReadAllTextAsync(Directory.GetFiles(scene.Jaga.Data, "disclosure-*.json", SearchOption.AllDirectories).Single()))!;
        var group = disclosed["subjects"]!.AsArray().Single(s => (string)s!["kind"]! == "group")!;
        Assert.Contains("founders", group["fields"]!.AsObject().Select(f => f.Key));
        Assert.All(disclosed["subjects"]!.AsArray().SelectMany(s => s!["fields"]!.AsObject().Select(f => f.Key)), f => Assert.DoesNotContain(f, (string[])["members", "memberSignIns", "posts", "messages", "text"]));
        Assert.Contains("tidak diperbolehkan", await Report(scene), StringComparison.Ordinal);

        string Outcome(string field) => (string)compared.First(c => (string?)c!["field"] == field && ((string)c["about"]!).StartsWith("group/", StringComparison.Ordinal))!["outcome"]!;
    }

    [Fact]
    public async Task A_document_found_false_after_the_answer_keeps_its_class_out_of_the_package()
    {
        await using var scene = await Make(Store.Sqlite);
        using var asking = await Asking.Begin(scene.Jaga);
        await KeyFor(scene, asking.Police);
        var request = await Answered(asking);
        var id = (string)(await Ok(await scene.Lead.PostAsJsonAsync("/api/v1/packages", new { about = new[] { new { kind = "data-request", id = request } }, profile = "id-police", agency = asking.Police })))["id"]!;
        await scene.Jaga.Do(db => db.DataDocuments.ExecuteUpdateAsync(set => set.SetProperty(d => d.Accepted, false)));
        Assert.Contains("needs an official request", await Refused(await scene.Release(id), HttpStatusCode.Conflict), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""[{"kind":"group","id":"g7","fields":{"founders":[{"account":"a"}],"posts":[{"text":"x"}]},"notHeld":[]}]""", "'posts'")]
    [InlineData("""[{"kind":"group","id":"g7","fields":{"members":[{"account":"a"}]},"notHeld":[]}]""", "'members'")]
    [InlineData("""[{"kind":"group","id":"g7","fields":{"founders":[{"account":"a","password":"x"}]},"notHeld":[]}]""", "another shape")]
    [InlineData("""[{"kind":"account","id":"u1","fields":{"name":"x"},"notHeld":[]}]""", "not asked for")]
    [InlineData("""[{"kind":"group","id":"g7","fields":{"surprise":"x"},"notHeld":[]}]""", "'surprise'")]
    public void A_field_outside_its_class_cannot_get_into_what_is_disclosed(string given, string named)
    {
        var words = new DataWords();
        var document = new AcceptedDocument(default, DocumentKind.OfficialRequest, "1", [DataClass.SubscriberInformation], Members: false);
        var verdict = new ClassVerdict(DataClass.SubscriberInformation, document, false, new("may", "boleh"), "1", "A");
        // Even if more had been asked of the platform than the documents allow now.
        var asked = new AskedSubject("group", "g7", [.. words.Fields([DataClass.SubscriberInformation, DataClass.CommunicationContent], "group", members: true).Select(f => new AskedField(f.Name, f.Class, f.Type, f.Columns))]);
        using var json = JsonDocument.Parse(given);
        Assert.Contains(named, Assert.Throws<RuleBroken>(() => DisclosedData.Of([asked], [verdict], json.RootElement, words)).Message, StringComparison.Ordinal);
        using var whole = JsonDocument.Parse("""[{"kind":"group","id":"g7","fields":{"founders":[{"account":"a"}]},"notHeld":["memberCount"]}]""");
        Assert.NotNull(DisclosedData.Of([asked], [verdict], whole.RootElement, words));
    }

    internal static async Task KeyFor(PackageScene scene, string agency)
    {
        var added = await Ok(await scene.Lead.PostAsJsonAsync($"/api/v1/agencies/{agency}/encryption-keys", new { key = scene.Ring.Armored }));
        using var admin = await scene.Jaga.As(Role.Administrator);
        await Ok(await admin.PostAsJsonAsync($"/api/v1/agencies/{agency}/encryption-keys/{added["id"]}/confirmation", new { fingerprint = scene.Ring.Fingerprint, how = "called back" }));
    }

    internal static async Task<string> Answered(Asking asking)
    {
        var id = await asking.Send(Asking.About("subscriberInformation", "trafficData", "communicationContent"));
        await asking.Accept(id, 0, ["subscriberInformation", "trafficData", "communicationContent"]);
        await Ok(await asking.Propose(id, "inPart", ["subscriberInformation", "trafficData"], "No court order covers what was said."));
        await Ok(await asking.Release(id));
        await Ok(await asking.Give(id, await asking.Answers(id)));
        return id;
    }

    private static Task<string> Report(PackageScene scene) => File.ReadAllTextAsync(Directory.GetFiles(scene.Jaga.Data, "report.html", SearchOption.AllDirectories).Single());
}
