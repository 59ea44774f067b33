using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace Jaga.People;

/// <summary>What a browser carries between the two halves of a sign-in or of a passkey's ceremony, sealed so that only Jaga can read or write it.</summary>
public sealed class SealedCookie(IDataProtectionProvider protection, TimeProvider clock)
{
    /// <summary>Between the password and the code.</summary>
    public const string SecondStep = "jaga-second-step";

    /// <summary>Between the options for a passkey and its answer.</summary>
    public const string Passkey = "jaga-passkey";

    /// <summary>How long the second half may take.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(5);

    /// <summary>Seals <paramref name="text"/> for one purpose.</summary>
    public string Seal(string purpose, string text) => Protector(purpose).Protect($"{clock.GetUtcNow().Add(Life).ToUnixTimeSeconds()} {text}");

    /// <summary>What was sealed for this purpose, or null when it is older than <see cref="Life"/> or not ours.</summary>
    public string? Open(string purpose, string? box)
    {
        try
        {
            return box is { Length: > 0 } && Protector(purpose).Unprotect(box).Split(' ', 2) is [var until, var text] && long.Parse(until, CultureInfo.InvariantCulture) > clock.GetUtcNow().ToUnixTimeSeconds() ? text : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    public static void Write(HttpContext http, string name, string box) => http.Response.Cookies.Append(name, box, Options(http));

    /// <summary>The cookie's value; the browser is told to forget it.</summary>
    public static string? Take(HttpContext http, string name)
    {
        var box = http.Request.Cookies[name];
        http.Response.Cookies.Delete(name, Options(http));
        return box;
    }

    private static CookieOptions Options(HttpContext http) => new() { HttpOnly = true, Secure = http.Request.IsHttps, SameSite = SameSiteMode.Strict, Path = "/", IsEssential = true, MaxAge = Life };

    private IDataProtector Protector(string purpose) => protection.CreateProtector("people", purpose);
}
