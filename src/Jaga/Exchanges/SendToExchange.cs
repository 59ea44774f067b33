using System.Net.Http;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using Jaga.Banks;
using Jaga.Deliveries;
using Jaga.Exchanges.Protocols;

namespace Jaga.Exchanges;

/// <summary>Brings what was decided here to an exchange, in its own protocol: opinions about its signals, and hashes that a person chose to share.</summary>
public sealed class SendToExchange(IServiceScopeFactory scopes, TimeProvider clock) : ISend
{
    private static readonly XNamespace Ncmec = "https://hashsharing.ncmec.org/hashsharing/v2";

    public ReceiverKind Kind => ReceiverKind.Exchange;

    public async Task<Tried> Try(Receiver receiver, Delivery delivery, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var exchange = await scope.ServiceProvider.GetRequiredService<Db>().Exchanges.AsNoTracking().SingleOrDefaultAsync(e => e.Receiver == receiver.Id, ct);
        if (exchange is null)
        {
            return new(Outcome.NotSendable, Answer: "No exchange listens under this name.");
        }

        using var link = scope.ServiceProvider.GetRequiredService<FetchExchange>().Open(exchange);
        try
        {
            using var message = JsonDocument.Parse(delivery.Body);
            var data = message.RootElement.GetProperty("data");
            var request = delivery.Type == SubmitHashes.Type
                ? Hashes(link, data.Deserialize<SubmitHashes.Message>(Json.Options)!)
                : await Opinion(link, data.Deserialize<SendOpinions.Message>(Json.Options)!, ct);
            var answer = await link.Ask(request, ct);
            return new(Outcome.Confirmed, 200, Encoding.UTF8.GetString(answer.AsSpan(0, Math.Min(answer.Length, SendWebhook.MaxReceipt))).Replace('\0', '\uFFFD'));
        }
        catch (ExchangeFailure failure)
        {
            return new(failure.Kind switch
            {
                FailureKind.Refused or FailureKind.Wrong => Outcome.Refused,
                FailureKind.Busy => Outcome.TooMany,
                FailureKind.Unreadable => Outcome.TooLarge,
                FailureKind.Incomplete => Outcome.NotSendable,
                _ => Outcome.ServerError,
            }, Answer: failure.Message);
        }
    }

    private static async Task<HttpRequestMessage> Opinion(Link link, SendOpinions.Message told, CancellationToken ct)
    {
        switch (link.Exchange.Kind)
        {
            case ExchangeKind.Ncmec:
                return await NcmecFeedback(link, told, ct);
            case ExchangeKind.StopNcii:
                Needs(link, "feedbackKey");
                var feedback = StopNciiProtocol.Request(link, HttpMethod.Post, "/SubmitFeedback", "feedbackKey");
                feedback.Content = JsonContent.Create(new { count = 1, hashFeedbacks = new[] { new { hashValue = told.Hash, feedbackValue = told.Judgement is Judgement.Confirm ? "Blocked" : "NotBlocked", tags = Array.Empty<string>() } } });
                return feedback;
            default:
                link.Explain = ThreatExchangeProtocol.Explain;
                return new(HttpMethod.Post, $"{link.Exchange.Address}/{Uri.EscapeDataString(told.Entry)}/?access_token={Uri.EscapeDataString(link.Credential("accessToken"))}")
                {
                    Content = new FormUrlEncodedContent([KeyValuePair.Create("reactions", told.Judgement is Judgement.Confirm ? "HELPFUL" : "DISAGREE_WITH_TAGS")]),
                };
        }
    }

    private static async Task<HttpRequestMessage> NcmecFeedback(Link link, SendOpinions.Message told, CancellationToken ct)
    {
        var type = SignalTypes.TryRead(told.Algorithm, out var known) && known is SignalType.PhotoDna ? "PDNA" : told.Algorithm.ToUpperInvariant(); // NCMEC's own names
        XElement said = told.Judgement is Judgement.Confirm
            ? new(Ncmec + "affirmative")
            : new(Ncmec + "negative", new XElement(Ncmec + "reasonIds", new XElement(Ncmec + "guid", await Reason(link, type, told.Why, ct))));
        var key = told.Key.Split('/', 2);
        var request = NcmecProtocol.Request(link, $"/v2/entries/{Uri.EscapeDataString(key[0])}/{Uri.EscapeDataString(key[^1])}/{type}/feedback");
        request.Method = HttpMethod.Put;
        request.Content = new StringContent("<?xml version=\"1.0\" encoding=\"UTF-8\"?>" + new XElement(Ncmec + "feedbackSubmission", said).ToString(SaveOptions.DisableFormatting), Encoding.UTF8, "application/xml");
        return request;
    }

    // A "no" needs one of NCMEC's own reasons. Which one holds is for a person to say, and is not guessed.
    private static async Task<string> Reason(Link link, string type, string why, CancellationToken ct)
    {
        var reasons = NcmecProtocol.Reasons(await link.Ask(NcmecProtocol.Request(link, $"/v2/feedback/{type}/reasons"), ct));
        return reasons.FirstOrDefault(r => r.Name.Length > 0 && (why.Contains(r.Name, StringComparison.OrdinalIgnoreCase) || why.Contains(r.Guid, StringComparison.OrdinalIgnoreCase))).Guid
            ?? throw new ExchangeFailure(FailureKind.Incomplete, $"NCMEC takes a 'no' only with one of its reasons. Give the opinion again and name one: {ToldEntries.Clean(string.Join("; ", reasons.Select(r => r.Name)), 300)}.");
    }

    private HttpRequestMessage Hashes(Link link, SubmitHashes.Message told)
    {
        Needs(link, "submitKey");
        var request = StopNciiProtocol.Request(link, HttpMethod.Post, "/SubmitHashes", "submitKey");
        request.Content = JsonContent.Create(new
        {
            count = told.Hashes.Count,
            hashRecords = told.Hashes.Select(h => new
            {
                lastModtimestamp = clock.GetUtcNow().ToUnixTimeSeconds(), signalType = h.Algorithm == "pdq" ? "ImagePDQ" : "VideoMD5", hashValue = h.Hash,
                CSPFeedbacks = new[] { new { feedbackValue = "Blocked", tags = Array.Empty<string>() } },
            }),
        });
        return request;
    }

    private static void Needs(Link link, string credential)
    {
        if (link.Credential(credential).Length == 0)
        {
            throw new ExchangeFailure(FailureKind.Incomplete, $"The exchange '{link.Exchange.Name}' has no credential '{credential}'. Set it, and this is sent.");
        }
    }
}
