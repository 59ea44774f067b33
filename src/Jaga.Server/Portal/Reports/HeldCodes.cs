using System.Security.Cryptography;
using System.Text.Json;
using Jaga.Reports;
using Microsoft.AspNetCore.WebUtilities;

namespace Jaga.Server.Portal;

/// <summary>What a reporter's own browser holds for a while, sealed, so that a page loaded again shows what it showed.</summary>
/// <param name="Of">The digest of the report that was sent from here, or empty where its code was typed.</param>
/// <param name="Opened">Whether the report was opened with it.</param>
/// <param name="Until">When it is no longer shown.</param>
public sealed record HeldCode(string Code, DateTimeOffset ReceivedAt, string Of, bool Opened, DateTimeOffset Until)
{
    /// <summary>Whether a report was sent from this browser, and not only opened.</summary>
    public bool Sent => Of.Length > 0;

    /// <summary>By what it is known that the same is sent once more.</summary>
    public static string Digest(ReportDraft draft) =>
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(new[] { draft.Category, draft.Location, draft.Words, draft.Happened }, Json.Options)));
}

/// <summary>
/// The receipt code in a cookie of the reporter's own browser: sealed, unseen by scripts, for these pages alone and a quarter of an hour. So no code stands in an address,
/// a log or a history, and whoever loads the page again has it still. A browser that keeps no cookies is answered in the page itself.
/// </summary>
public sealed class HeldCodes(MasterKey master, TimeProvider clock)
{
    /// <summary>How long a code is held after it was last used.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromMinutes(15);

    private const string Cookie = "jaga-report", Nothing = "0", Purpose = "report-held";

    /// <summary>Whether this browser sends back what it was given.</summary>
    public static bool Works(HttpContext http) => http.Request.Cookies.ContainsKey(Cookie);

    /// <summary>Sees whether this browser keeps cookies, with one that says nothing.</summary>
    public static void Try(HttpContext http)
    {
        if (!Works(http))
        {
            Set(http, Nothing, null);
        }
    }

    /// <summary>Takes the code away from this browser.</summary>
    public static void Forget(HttpContext http) => Set(http, Nothing, null);

    /// <summary>What this browser holds, or null.</summary>
    public HeldCode? Read(HttpContext http)
    {
        if (http.Request.Cookies[Cookie] is not { Length: > 1 and <= 2000 } kept)
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<HeldCode>(master.Open(Purpose, WebEncoders.Base64UrlDecode(kept)), Json.Options) is { } held && held.Until > clock.GetUtcNow() ? held : null;
        }
        catch (Exception other) when (other is CryptographicException or JsonException or FormatException)
        {
            return null;
        }
    }

    /// <summary>Holds the code of a report that was sent just now.</summary>
    public HeldCode Hold(HttpContext http, Receipt receipt, string of) => Seal(http, new(receipt.Code, receipt.ReceivedAt, of, false, default));

    /// <summary>Holds the code with which a report was opened.</summary>
    public HeldCode Hold(HttpContext http, string code, ReportReceipt report)
    {
        var typed = ReceiptCode.Read(code, out _)!.ToString();
        return Seal(http, new(typed, report.ReceivedAt, Read(http) is { } before && before.Code == typed ? before.Of : "", true, default));
    }

    private HeldCode Seal(HttpContext http, HeldCode held)
    {
        held = held with { Until = clock.GetUtcNow() + Kept };
        Set(http, WebEncoders.Base64UrlEncode(master.Seal(Purpose, JsonSerializer.SerializeToUtf8Bytes(held, Json.Options))), Kept);
        return held;
    }

    private static void Set(HttpContext http, string value, TimeSpan? age) => http.Response.Cookies.Append(
        Cookie, value, new() { HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = http.Request.IsHttps, Path = "/report", MaxAge = age });
}
