using System.Text;
using System.Text.Json.Nodes;
using Jaga.Letters;
using Jaga.Obligations;
using Jaga.People;
using Jaga.Tests.Deliveries;
using Microsoft.AspNetCore.Builder;

namespace Jaga.Tests.Letters;

/// <summary>A house with a mail server, a person who writes and another who approves.</summary>
internal sealed class Correspondence : IAsyncDisposable
{
    private Correspondence(JagaHost jaga, SmtpServer mail) => (Jaga, Mail) = (jaga, mail);

    public JagaHost Jaga { get; }

    public SmtpServer Mail { get; }

    public required HttpClient Writer { get; init; }

    public required HttpClient Head { get; init; }

    public static async Task<Correspondence> Open(Store store, Action<WebApplicationBuilder>? change = null, params (string, string)[] settings)
    {
        var mail = new SmtpServer { Offers = ["DSN"] };
        (string Key, string Value)[] usual =
        [
            ("Mail:Host", "127.0.0.1"), ("Mail:Port", $"{mail.Port}"), ("Mail:Tls", "false"), ("Mail:From", "desk@example.org"), ("Mail:Bounces", "bounces@example.org"),
            ("Letters:Pdf", "false"), ("Letters:Name", "Platform Example"), ("Letters:Address", "Jalan Contoh 1|Jakarta"),
        ];
        var jaga = await JagaHost.Start(store, change, [.. usual.ExceptBy(settings.Select(t => t.Item1), t => t.Key), .. settings]);
        return new(jaga, mail) { Writer = await jaga.As(Role.Lead), Head = await jaga.As(Role.Lead, Role.Administrator) };
    }

    /// <summary>A letter that came in from so many organisations.</summary>
    public Task<JsonObject> Incoming(int signatories = 1, object? extra = null) => Post("/letters/incoming", Later(new
    {
        title = "What will you do?", language = "en", reference = "C-17",
        signatories = Enumerable.Range(1, signatories).Select(i => new { name = $"Person {i}", organisation = $"Organisation {i}", email = $"person{i}@ngo{i}.example" }),
    }, extra));

    /// <summary>A draft that answers it, or is addressed as told.</summary>
    public Task<JsonObject> Draft(JsonObject? answers = null, object? extra = null) => Post("/letters", Later(new
    {
        title = "Our answer to {{recipient.organisation}}", body = "Dear {{recipient.name}},\n\nwe did this:\n\n- one\n- two", language = "en", answers = answers?["id"]?.ToString(),
    }, extra));

    /// <summary>Has it approved by the other person, sent, and carried to the mail server.</summary>
    public async Task Send(JsonObject letter)
    {
        await Approve(letter);
        await Post($"/letters/{letter["id"]}/send");
        await Carry();
    }

    public Task<JsonObject> Approve(JsonObject letter, int version = 1) => Post($"/letters/{letter["id"]}/approval", new { version }, Head);

    /// <summary>Runs the jobs, sends what is due, and lets no job wait.</summary>
    public async Task Carry()
    {
        await Jaga.RunWorker(200);
        await Jaga.SendAll();
    }

    public async Task<JsonObject> Read(JsonObject letter) => (await Writer.GetFromJsonAsync<JsonObject>($"/api/v1/letters/{letter["id"]}"))!;

    public async Task<string> State(JsonObject letter) => (await Read(letter))["letter"]!["state"]!.ToString();

    public async Task<JsonObject> Post(string path, object? body = null, HttpClient? by = null)
    {
        using var answer = await (by ?? Writer).PostAsJsonAsync("/api/v1" + path, body ?? new { });
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        return answer.StatusCode is HttpStatusCode.NoContent ? [] : (await answer.Content.ReadFromJsonAsync<JsonObject>())!;
    }

    public async Task<(HttpStatusCode Status, string Words)> Refused(string path, object? body = null, HttpClient? by = null)
    {
        using var answer = await (by ?? Writer).PostAsJsonAsync("/api/v1" + path, body ?? new { });
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>What a mail server tells of a letter that it took: RFC 3464, with the envelope's id and the head of what came back.</summary>
    public static byte[] Notification(SmtpServer.Mail of, string action = "failed", string status = "5.1.1", string says = "550 5.1.1 no such user") => Encoding.ASCII.GetBytes($"""
        From: MAILER-DAEMON@relay.example
        To: {of.From}
        Subject: Delivery status
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status;
         boundary="b-1"

        This is a multipart message.
        --b-1
        Content-Type: text/plain

        It did not arrive, or it did.
        --b-1
        Content-Type: message/delivery-status

        Reporting-MTA: dns; relay.example
        Original-Envelope-Id: {of.Envelope[0].Split("ENVID=")[1]}

        Original-Recipient: rfc822;{of.To[0]}
        Final-Recipient: rfc822;{of.To[0]}
        Action: {action}
        Status: {status}
        Remote-MTA: dns; mx.receiver.example
        Diagnostic-Code: smtp; {says}

        --b-1
        Content-Type: text/rfc822-headers

        Message-ID: {of.Header("Message-ID")}
        Subject: {of.Header("Subject")}
        --b-1--
        """);

    /// <summary>Hands a notification in, as the mail server's pipe does.</summary>
    public Task<ReadNotifications.Row> Tell(byte[] mail) => Jaga.Ask<TakeNotification, ReadNotifications.Row>(take => take.Run(mail, default));

    /// <summary>What went to this address.</summary>
    public SmtpServer.Mail To(string address) => Mail.All.Last(m => m.To.Contains(address));

    /// <summary>The obligation about this letter.</summary>
    public Task<Obligation> Owed(JsonObject letter)
    {
        var id = letter["id"]!.ToString();
        return Jaga.Ask<Db, Obligation>(db => db.Obligations.AsNoTracking().SingleAsync(o => o.About.Kind == "letter" && o.About.Id == id));
    }

    public async ValueTask DisposeAsync()
    {
        Writer.Dispose();
        Head.Dispose();
        await Jaga.DisposeAsync();
        await Mail.DisposeAsync();
    }

    // A second after the one before: the register goes by time.
    private JsonObject Later(object one, object? other)
    {
        Jaga.Clock.Advance(TimeSpan.FromSeconds(1));
        var all = (JsonObject)System.Text.Json.JsonSerializer.SerializeToNode(one, Json.Options)!;
        foreach (var (key, value) in other is null ? [] : (JsonObject)System.Text.Json.JsonSerializer.SerializeToNode(other, Json.Options)!)
        {
            all[key] = value?.DeepClone();
        }

        return all;
    }
}
