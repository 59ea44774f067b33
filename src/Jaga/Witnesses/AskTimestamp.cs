using System.Net.Http;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Jaga.Deliveries;

namespace Jaga.Witnesses;

/// <summary>Has the configured authority timestamp a checkpoint (RFC 3161 over HTTP), and checks what comes back.</summary>
public sealed class AskTimestamp(Wire wire, WitnessSettings settings)
{
    private const int MaxAnswer = 256 * 1024;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    /// <exception cref="TimestampWrong">There is none, or it does not hold.</exception>
    public async Task<(DateTimeOffset At, byte[] Token)> Run(string note, CancellationToken ct)
    {
        var (data, nonce) = (Encoding.UTF8.GetBytes(note), RandomNumberGenerator.GetBytes(16));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Deadline);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, settings.TimestampAuthority) { Content = new ByteArrayContent(Timestamps.Request(data, nonce)) };
            request.Content.Headers.ContentType = new("application/timestamp-query");
            using var answer = await wire.Send(request, settings.AllowPrivate, limit.Token);
            await using var content = await answer.Content.ReadAsStreamAsync(limit.Token);
            var bytes = new byte[MaxAnswer];
            var read = await content.ReadAtLeastAsync(bytes, bytes.Length, false, limit.Token);
            if (!answer.IsSuccessStatusCode)
            {
                throw new TimestampWrong($"The timestamp authority answered {(int)answer.StatusCode}.", WitnessFault.Away);
            }

            var roots = new X509Certificate2Collection();
            roots.ImportFromPemFile(settings.TimestampRoots);
            var token = Timestamps.Token(bytes[..read]);
            return (Timestamps.Check(token, data, nonce, roots), token);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException || (failure is OperationCanceledException && !ct.IsCancellationRequested))
        {
            throw new TimestampWrong($"The timestamp authority could not be reached: {failure.InnerException?.Message ?? failure.Message}", WitnessFault.Away);
        }
    }
}
