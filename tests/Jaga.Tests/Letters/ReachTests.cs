using System.Text;
using System.Text.Json.Nodes;
using Jaga.Deliveries;
using Jaga.Letters;
using Jaga.Obligations;
using Jaga.Tests.Support;

namespace Jaga.Tests.Letters;

/// <summary>That a letter reaches those who are meant, and is answered to all who signed: <see cref="HandOverLetter"/>, <see cref="Settle"/>, <see cref="FetchNotifications"/>.</summary>
public sealed class ReachTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_letter_goes_to_the_address_that_was_corrected_while_its_sheet_was_made_and_to_no_other(Store store)
    {
        var folder = Directory.CreateTempSubdirectory("jaga-print-");
        try
        {
            // A printer that waits until it is told to go on.
            var (printer, began, go) = (Path.Combine(folder.FullName, "printer"), Path.Combine(folder.FullName, "began"), Path.Combine(folder.FullName, "go"));
            await File.WriteAllTextAsync(printer, $"#!/bin/sh\nfor a in \"$@\"; do case \"$a\" in --print-to-pdf=*) out=\"${{a#--print-to-pdf=}}\";; esac; done\n: > '{began}'\nwhile [ ! -e '{go}' ]; do sleep 0.05; done\nprintf '%%PDF-1.4' > \"$out\"\n");
            File.SetUnixFileMode(printer, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            await using var desk = await Correspondence.Open(store, null, ("Letters:Pdf", "true"), ("Letters:Chromium", printer));
            var letter = await desk.Draft(extra: new { title = "For you", body = "Good day.", recipients = new[] { new { name = "Ani", email = "old@ani.example" } } });
            await desk.Approve(letter);
            await desk.Post($"/letters/{letter["id"]}/send");
            var carried = Task.Run(() => desk.Carry());
            await Poll.Until(() => Task.FromResult(File.Exists(began)), "the sheet being printed");
            var party = (await desk.Read(letter))["parties"]![0]!;
            await desk.Post($"/letters/{letter["id"]}/recipients/{party["id"]}/again", new { email = "new@ani.example" });
            await File.WriteAllTextAsync(go, "");
            await carried;
            await desk.Carry();

            Assert.Equal(["new@ani.example"], desk.Mail.All.SelectMany(m => m.To).Where(to => to.EndsWith("ani.example", StringComparison.Ordinal)));
            Assert.Equal("sent", await desk.State(letter));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_letter_of_three_is_answered_when_all_three_have_an_answer(Store store)
    {
        await using var desk = await Correspondence.Open(store);
        var coalition = await desk.Incoming(3);
        await desk.Send(await desk.Draft(coalition, new { recipients = To(1) }));
        Assert.Equal(("open", ObligationState.Open), (await desk.State(coalition), (await desk.Owed(coalition)).State));
        await desk.Jaga.Do(async db => Assert.Equal(1, await db.Notices.CountAsync(n => n.SaysEn.Contains("2 who signed have none"))));

        await desk.Send(await desk.Draft(coalition, new { recipients = To(2, 3) }));
        Assert.Equal(("answered", ObligationState.Kept), (await desk.State(coalition), (await desk.Owed(coalition)).State));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task An_answer_for_fewer_than_signed_answers_the_letter_where_somebody_says_why(Store store)
    {
        await using var desk = await Correspondence.Open(store);
        var coalition = await desk.Incoming(3);
        var answer = await desk.Draft(coalition, new { recipients = To(1), fewer = "They asked us to answer their office alone." });
        await desk.Send(answer);

        Assert.Equal("answered", await desk.State(coalition));
        Assert.Equal("They asked us to answer their office alone.", (string?)(await desk.Read(answer))["fewer"]);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_mail_that_nobody_can_take_is_set_aside_and_those_behind_it_are_read(Store store)
    {
        var maildir = Directory.CreateTempSubdirectory("jaga-maildir-");
        try
        {
            var fresh = maildir.CreateSubdirectory("new").FullName;
            await using var desk = await Correspondence.Open(store, builder => builder.Services.AddScoped<IOnReturned, Breaks>(), ("Letters:Bounces", maildir.FullName));
            var answer = await desk.Draft(await desk.Incoming(2));
            await desk.Send(answer);
            Id<Delivery> broken;
            await using (var scope = desk.Jaga.Services.CreateAsyncScope())
            {
                await using var transaction = await scope.ServiceProvider.GetRequiredService<Db>().Begin(default);
                broken = scope.ServiceProvider.GetRequiredService<Outbox>().Mail(new(["x@room.example"], "Hello", "Hello"), new("room", "1"), type: Breaks.Type).Id;
                await transaction.Commit(default);
            }

            var fine = Encoding.ASCII.GetString(Correspondence.Notification(desk.To("person1@ngo1.example")));
            var (envelope, id) = (desk.To("person1@ngo1.example").Envelope[0].Split("ENVID=")[1], desk.To("person1@ngo1.example").Header("Message-ID"));
            await File.WriteAllTextAsync(Path.Combine(fresh, "1.host"), fine.Replace(envelope, $"{broken.Value:n}", StringComparison.Ordinal).Replace(id, "<none>", StringComparison.Ordinal));
            await File.WriteAllTextAsync(Path.Combine(fresh, "2.host"), fine.Replace("Status: 5.1.1", "Status: 5\0", StringComparison.Ordinal));
            await File.WriteAllBytesAsync(Path.Combine(fresh, "3.host"), Correspondence.Notification(desk.To("person2@ngo2.example")));
            await desk.Jaga.Ask<FetchNotifications, bool>(fetch => fetch.Run(default));

            Assert.Empty(Directory.GetFiles(fresh));
            Assert.Equal(["bounced", "bounced"], (await desk.Read(answer))["parties"]!.AsArray().Select(p => p!["state"]!.ToString()));
            await desk.Jaga.Do(async db =>
            {
                var all = await db.StatusNotifications.ToListAsync();
                Assert.Contains("1.host", all.Single(s => s.State is NotificationState.SetAside).Says, StringComparison.Ordinal);
                Assert.Equal([null, "5.1.1"], all.Where(s => s.State is NotificationState.Taken).Select(s => s.Status).Order(StringComparer.Ordinal));
            });
        }
        finally
        {
            maildir.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Of_many_versions_the_newest_are_read_at_once_and_the_others_one_by_one()
    {
        await using var desk = await Correspondence.Open(Store.Sqlite);
        var letter = await desk.Draft(extra: new { recipients = To(1) });
        for (var version = 1; version <= ReadLetters.MostVersions; version++)
        {
            await desk.Post($"/letters/{letter["id"]}/versions", new { title = $"Version {version + 1}", body = "Good day.", version });
        }

        Assert.Equal(Enumerable.Range(2, ReadLetters.MostVersions), (await desk.Read(letter))["versions"]!.AsArray().Select(v => (int)v!["number"]!));
        Assert.Equal("Our answer to {{recipient.organisation}}", (string?)(await desk.Writer.GetFromJsonAsync<JsonObject>($"/api/v1/letters/{letter["id"]}/versions/1"))!["title"]);
        Assert.Equal(HttpStatusCode.NotFound, (await desk.Writer.GetAsync(new Uri($"/api/v1/letters/{letter["id"]}/versions/22", UriKind.Relative))).StatusCode);
    }

    private static object[] To(params int[] signatories) => [.. signatories.Select(i => new { name = $"Person {i}", organisation = $"Organisation {i}", email = $"person{i}@ngo{i}.example" })];

    /// <summary>A room that cannot take what came back.</summary>
    private sealed class Breaks : IOnReturned
    {
        public const string Type = "test.breaks";

        public IReadOnlyList<string> Types => [Type];

        public Task Returned(Delivery delivery, string why, CancellationToken ct) => throw new InvalidOperationException("This room is broken.");
    }
}
