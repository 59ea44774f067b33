using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Platform;

/// <summary>
/// Takes Jaga's webhooks (Standard Webhooks): checks who signed it and when, has effect once however often it arrives, and answers with a receipt.
/// </summary>
public sealed class Webhook(string secret, Effects effects, TimeProvider clock)
{
    /// <summary>A signature older or newer than this is a replay, or a wrong clock.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    private readonly byte[] _key = Convert.FromBase64String(secret["whsec_".Length..]);
    private int _arrived, _repeated, _forged, _turnedAway, _passedOn;

    /// <summary>While set, every call is turned away with 503, as a platform in trouble does.</summary>
    public bool Down { get; set; }

    public int Arrived => _arrived;

    public int Repeated => _repeated;

    public int Forged => _forged;

    /// <summary>Messages for people, such as statements of reasons.</summary>
    public int PassedOn => _passedOn;

    public int TurnedAway => _turnedAway;

    /// <summary>Answers one call: 200 with a receipt, 401 when it is not Jaga's, 503 while down.</summary>
    public async Task<IResult> Take(HttpRequest request, CancellationToken ct)
    {
        if (Down)
        {
            Interlocked.Increment(ref _turnedAway);
            return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
        }

        // The signature is over the bytes as sent: read them whole, and parse them only after it was found right.
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, ct);
        if (!IsGenuine(request.Headers, body.ToArray()))
        {
            Interlocked.Increment(ref _forged);
            return Results.Unauthorized();
        }

        using var message = JsonDocument.Parse(body.ToArray());
        var data = message.RootElement.GetProperty("data");
        if (!data.TryGetProperty("action", out var action))
        {
            // Not an action but something to pass on, such as a statement of reasons: a platform shows it to the person it is for.
            Interlocked.Increment(ref _passedOn);
            return Results.Ok(new { Receipt = request.Headers["webhook-id"].ToString(), At = clock.GetUtcNow() });
        }

        var target = data.GetProperty("target");
        var (effect, isNew) = effects.Apply(action.GetString()!, data.GetProperty("verb").GetString()!, target.GetProperty("kind").GetString()!, target.GetProperty("id").GetString()!, clock.GetUtcNow());
        Interlocked.Increment(ref _arrived);
        Interlocked.Add(ref _repeated, isNew ? 0 : 1);
        return Results.Ok(new { effect.Receipt, Effect = isNew ? "done" : "alreadyDone", effect.At });
    }

    private bool IsGenuine(IHeaderDictionary headers, byte[] body)
    {
        var (id, timestamp) = (headers["webhook-id"].ToString(), headers["webhook-timestamp"].ToString());
        if (!long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || (clock.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(seconds)).Duration() > Tolerance)
        {
            return false;
        }

        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];
        var expected = HMACSHA256.HashData(_key, signed);

        // Several signatures stand side by side while a secret is being changed.
        return headers["webhook-signature"].ToString().Split(' ').Any(given => given.StartsWith("v1,", StringComparison.Ordinal) && IsSame(given[3..], expected));
    }

    private static bool IsSame(string given, byte[] expected)
    {
        var bytes = new byte[64];
        return Convert.TryFromBase64String(given, bytes, out var length) && CryptographicOperations.FixedTimeEquals(bytes.AsSpan(0, length), expected);
    }
}
