using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Jaga.Deliveries;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Jaga.Tests.Deliveries;

public sealed class SendingTests
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Of_a_backlog_the_newest_quarter_is_taken_too_and_sent_first(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await using var platform = await WebhookReceiver.Start();
        await jaga.Receiver(platform);
        var written = (await jaga.Send(40)).Select(d => d.Id).ToList();

        var taken = await jaga.Ask<LeaseDeliveries, List<Delivery>>(async lease =>
        {
            await using var scope = jaga.Services.CreateAsyncScope();
            var receiver = await scope.ServiceProvider.GetRequiredService<Db>().Receivers.SingleAsync(r => r.Name == "platform");
            return await lease.Run(receiver, Guid.Parse("00000000-0000-7000-8000-00000000000a"), 16, default);
        });

        Assert.Equal([36, 37, 38, 39, .. Enumerable.Range(0, 12)], taken.Select(d => written.IndexOf(d.Id)));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_message_arrives_signed_and_its_receipt_is_kept_word_for_word(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await using var platform = await WebhookReceiver.Start();
        await jaga.Receiver(platform, secret: Secret);
        var sent = (await jaga.Send(1)).Single();

        await jaga.SendAll();

        var got = Assert.Single(platform.All);
        Assert.Equal(sent.MessageId, got.Id);
        Assert.Equal(jaga.Clock.Now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), got.Timestamp);
        using var body = JsonDocument.Parse(got.Body);
        Assert.Equal("test.happened", body.RootElement.GetProperty("type").GetString());
        Assert.Equal(0, body.RootElement.GetProperty("data").GetProperty("n").GetInt32());

        // Reckoned here from the specification, not with the product's own code.
        var key = Convert.FromBase64String(Secret["whsec_".Length..]);
        Assert.Equal("v1," + Convert.ToBase64String(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{got.Id}.{got.Timestamp}.{got.Body}"))), got.Signature);

        var story = await jaga.Story(sent.Id);
        Assert.Equal((DeliveryState.Confirmed, $$"""{"receipt":"{{got.Id}}"}"""), (story.Delivery.State, story.Receipt));
        Assert.Equal((Outcome.Confirmed, 200), (story.Tries.Single().Outcome, story.Tries.Single().Status));
        Assert.Equal(0, (await jaga.Numbers()).Unsent);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task What_is_written_in_a_transaction_that_failed_is_never_sent(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await using var platform = await WebhookReceiver.Start();
        await jaga.Receiver(platform);
        await using (var scope = jaga.Services.CreateAsyncScope())
        {
            await using var transaction = await scope.ServiceProvider.GetRequiredService<Db>().Begin(default);
            await scope.ServiceProvider.GetRequiredService<Outbox>().Send("platform", "test.happened", new { n = 1 }, new("item", "i"));
        }

        Assert.Equal(0, await jaga.SendAll());
        Assert.Empty(platform.All);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_stream_arrives_in_order_and_others_do_not_wait_for_it(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await using var platform = await WebhookReceiver.Start();
        await jaga.Receiver(platform);
        platform.Answer = (got, http) => got.Body.Contains("\"n\":2}", StringComparison.Ordinal) ? WebhookReceiver.With(503)(got, http) : WebhookReceiver.Taken(got, http);
        await jaga.Send(5, stream: "account/7");
        await jaga.Send(1, first: 10);

        await jaga.SendAll();
        Assert.Equal([0, 1, 2], platform.Effects.Select(Number).Where(n => n < 10));
        Assert.Contains(10, platform.Effects.Select(Number));
        Assert.DoesNotContain(3, platform.All.Select(Number));

        platform.Answer = WebhookReceiver.Taken;
        jaga.Clock.Advance(Backoff.Ceiling);
        await jaga.SendAll();
        Assert.Equal([0, 1, 2, 3, 4], platform.Effects.Select(Number).Where(n => n < 10));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Cancelling_the_first_of_a_stream_lets_the_next_go(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await using var platform = await WebhookReceiver.Start();
        await jaga.Receiver(platform);
        platform.Answer = (got, http) => Number(got) == 0 ? WebhookReceiver.With(400)(got, http) : WebhookReceiver.Taken(got, http);
        var sent = await jaga.Send(2, stream: "s");
        await jaga.SendAll();

        await jaga.Ask<CancelDelivery, bool>(async cancel =>
        {
            await cancel.Run(sent[0].Id, new("The platform deleted the account itself."), Desk.Tester, default);
            return true;
        });
        await jaga.SendAll();

        Assert.Equal([0, 1], platform.Effects.Select(Number));
        Assert.Equal(DeliveryState.Cancelled, (await jaga.Story(sent[0].Id)).Delivery.State);
        Assert.Equal(0, (await jaga.Numbers()).Unsent);
        await jaga.Do(async db => Assert.Equal("The platform deleted the account itself.", (await db.AuditLines.SingleAsync(l => l.Action == "delivery.cancelled")).Why));
    }

    [Fact]
    public async Task Any_answer_but_2xx_leaves_it_waiting_and_visible()
    {
        (int Status, Outcome Outcome)[] answers = [(400, Outcome.Refused), (404, Outcome.Refused), (410, Outcome.Gone), (429, Outcome.TooMany), (302, Outcome.Redirected), (500, Outcome.ServerError)];
        await using var jaga = await JagaHost.Start(Store.Sqlite, null, ("Deliveries:OpenAfter", "100"));
        await using var platform = await WebhookReceiver.Start();
        await jaga.Receiver(platform);
        platform.Answer = async (got, http) =>
        {
            (http.Response.StatusCode, http.Response.Headers.Location) = (answers[Number(got)].Status, "http://127.0.0.1:1/");
            await http.Response.WriteAsync("no,\n\u0007 thank you");
        };
        var sent = await jaga.Send(answers.Length);
        Assert.Equal(answers.Length, await jaga.SendAll());

        foreach (var (one, (status, outcome)) in sent.Zip(answers))
        {
            var story = await jaga.Story(one.Id);
            Assert.Equal((DeliveryState.Waiting, outcome, status), (story.Delivery.State, story.Delivery.LastOutcome, story.Tries.Single().Status));
            Assert.Equal("no,   thank you", story.Tries.Single().Excerpt);
            Assert.Null(story.Receipt);
        }

        Assert.Equal((answers.Length, answers.Length), ((await jaga.Numbers()).Unsent, (await jaga.Numbers()).Failing));
    }

    [Fact]
    public async Task An_answer_larger_than_a_receipt_is_not_taken_for_one()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        await using var platform = await WebhookReceiver.Start();
        await jaga.Receiver(platform);
        platform.Answer = (_, http) => http.Response.WriteAsync(new string('x', SendWebhook.MaxReceipt + 1));
        var sent = (await jaga.Send(1)).Single();
        await jaga.SendAll();
        Assert.Equal(Outcome.TooLarge, (await jaga.Story(sent.Id)).Delivery.LastOutcome);
    }

    [Fact]
    public async Task A_receiver_that_does_not_answer_in_its_time_is_let_go()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        await using var platform = await WebhookReceiver.Start();
        await jaga.Receiver(platform, timeoutMs: 200);
        platform.Answer = (_, http) => Task.Delay(System.Threading.Timeout.Infinite, http.RequestAborted);
        var sent = (await jaga.Send(1)).Single();
        await jaga.SendAll();
        Assert.Equal(Outcome.Timeout, (await jaga.Story(sent.Id)).Delivery.LastOutcome);
    }

    [Fact]
    public async Task A_receiver_with_a_certificate_that_nobody_vouches_for_gets_nothing()
    {
        using var key = RSA.Create(2048);
        var request = new System.Security.Cryptography.X509Certificates.CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var made = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        await using var platform = await WebhookReceiver.Start(listen => listen.UseHttps(made));
        await jaga.Receiver(platform);
        var sent = (await jaga.Send(1)).Single();
        await jaga.SendAll();
        Assert.Empty(platform.All);
        Assert.Equal(Outcome.TlsFailure, (await jaga.Story(sent.Id)).Delivery.LastOutcome);
    }

    [Fact]
    public async Task While_a_secret_is_rotated_both_sign_and_then_only_the_new_one()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        await using var platform = await WebhookReceiver.Start();
        var named = await jaga.Receiver(platform, secret: Secret);
        var rotated = await jaga.Ask<ChangeReceiver, ChangeReceiver.NewSecret>(c => c.Rotate(named.Id, Desk.Tester, default));

        await jaga.Send(1);
        await jaga.SendAll();
        jaga.Clock.Advance(Receiver.Overlap);
        await jaga.Send(1, first: 1);
        await jaga.SendAll();

        string By(string secret, WebhookReceiver.Got got) => WebhookSecret.Parse(secret).Sign(got.Id, long.Parse(got.Timestamp, CultureInfo.InvariantCulture), got.Body);
        Assert.Equal($"{By(rotated.Secret!, platform.All[0])} {By(Secret, platform.All[0])}", platform.All[0].Signature);
        Assert.Equal(By(rotated.Secret!, platform.All[1]), platform.All[1].Signature);
    }

    [Fact]
    public async Task Secrets_and_headers_are_in_the_database_only_under_seal()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        await jaga.Ask<AddReceiver, AddReceiver.Answer>(add => add.Run(new("platform", new("https://platform.example/hook", Headers: new Dictionary<string, string> { ["Authorization"] = "Bearer opensesame" }), Secret), Desk.Tester, default));
        foreach (var file in Directory.GetFiles(jaga.Data, "jaga.db*"))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(stream, Encoding.Latin1);
            var text = await reader.ReadToEndAsync();
            Assert.DoesNotContain("opensesame", text, StringComparison.Ordinal);
            Assert.DoesNotContain(Secret["whsec_".Length..], text, StringComparison.Ordinal);
        }
    }

    internal static int Number(WebhookReceiver.Got got)
    {
        using var body = JsonDocument.Parse(got.Body);
        return body.RootElement.GetProperty("data").GetProperty("n").GetInt32();
    }
}
