using System.Buffers;
using System.Net.Http;
using System.Security.Authentication;
using System.Text;
using Jaga.Audit;

namespace Jaga.Deliveries;

/// <summary>Posts a delivery as a signed webhook (Standard Webhooks 1.0): <c>webhook-id</c>, <c>webhook-timestamp</c>, <c>webhook-signature</c>.</summary>
public sealed class SendWebhook(Wire wire, MasterKey master, TimeProvider clock) : ISend
{
    /// <summary>The largest answer, in bytes, which is kept whole as the receipt.</summary>
    public const int MaxReceipt = 64 * 1024;

    public ReceiverKind Kind => ReceiverKind.Webhook;

    public async Task<Tried> Try(Receiver receiver, Delivery delivery, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(receiver.Timeout);
        try
        {
            using var request = Request(receiver, delivery);
            using var answer = await wire.Send(request, receiver.AllowPrivate, limit.Token);
            var status = (int)answer.StatusCode;
            var body = await Read(answer.Content, limit.Token);
            return new(body is null ? Outcome.TooLarge : Of(status), status, body ?? "");
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return new(Outcome.Timeout, Answer: $"No whole answer within {receiver.Timeout.TotalSeconds} s.");
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            return Failed(failure);
        }
    }

    private HttpRequestMessage Request(Receiver receiver, Delivery delivery)
    {
        var now = clock.GetUtcNow();
        var timestamp = now.ToUnixTimeSeconds();
        var request = new HttpRequestMessage(HttpMethod.Post, receiver.Url) { Content = new StringContent(delivery.Body, Encoding.UTF8, "application/json") };
        foreach (var (name, value) in receiver.Headers(master))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        request.Headers.Add("webhook-id", delivery.MessageId);
        request.Headers.Add("webhook-timestamp", timestamp.ToString());
        request.Headers.Add("webhook-signature", string.Join(' ', receiver.Secrets(master, now).Select(s => s.Sign(delivery.MessageId, timestamp, delivery.Body))));
        request.Headers.UserAgent.ParseAdd("Jaga");
        return request;
    }

    // Null where it is larger than a receipt may be.
    private static async Task<string?> Read(HttpContent content, CancellationToken ct)
    {
        await using var stream = await content.ReadAsStreamAsync(ct);
        var buffer = ArrayPool<byte>.Shared.Rent(MaxReceipt + 1);
        try
        {
            var length = await stream.ReadAtLeastAsync(buffer.AsMemory(0, MaxReceipt + 1), MaxReceipt + 1, throwOnEndOfStream: false, ct);

            return length > MaxReceipt ? null : Storable.Text(Encoding.UTF8.GetString(buffer, 0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static Outcome Of(int status) => status switch
    {
        >= 200 and < 300 => Outcome.Confirmed,
        >= 300 and < 400 => Outcome.Redirected,
        410 => Outcome.Gone,
        429 => Outcome.TooMany,
        >= 400 and < 500 => Outcome.Refused,
        _ => Outcome.ServerError,
    };

    private static Tried Failed(Exception failure)
    {
        for (var inner = failure; inner is not null; inner = inner.InnerException)
        {
            switch (inner)
            {
                case Unreachable { Outcome: var outcome }:
                    return new(outcome, Answer: inner.Message);
                case AuthenticationException:
                    return new(Outcome.TlsFailure, Answer: inner.Message);
                case HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError }:
                    return new(Outcome.TlsFailure, Answer: inner.InnerException?.Message ?? inner.Message);
            }
        }

        return new(Outcome.BrokenAnswer, Answer: failure.Message);
    }
}
