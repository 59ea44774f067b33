using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;

namespace Jaga.Server.Pages;

/// <summary>How a message is meant.</summary>
public enum Tone
{
    Good,
    Info,
    Warn,
    Bad,
}

/// <summary>One sentence for the next page that this reader sees: what was done, or why not.</summary>
/// <param name="Words">The sentence, in the reader's language.</param>
/// <param name="Fields">Reasons by field, for input that could not be read.</param>
public sealed record Message(Tone Tone, string Words, IReadOnlyDictionary<string, string[]>? Fields = null);

/// <summary>Carries a <see cref="Message"/> over a redirect, in a sealed cookie that lives a minute and is read once.</summary>
public sealed class Messages(IHttpContextAccessor accessor, IDataProtectionProvider protection)
{
    private const string Cookie = "jaga-message";
    private const int MaxLength = 3000;
    private readonly IDataProtector _seal = protection.CreateProtector("jaga/message");
    private readonly HttpContext _http = accessor.HttpContext!;

    /// <summary>Leaves a message for the next page.</summary>
    public void Leave(Message message)
    {
        var text = JsonSerializer.Serialize(message, Json.Options);
        if (text.Length > MaxLength)
        {
            text = JsonSerializer.Serialize(message with { Words = message.Words[..Math.Min(500, message.Words.Length)], Fields = null }, Json.Options);
        }

        _http.Response.Cookies.Append(Cookie, _seal.Protect(text), new() { HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = _http.Request.IsHttps, MaxAge = TimeSpan.FromMinutes(1) });
    }

    /// <summary>Leaves a message for the page that is shown in this answer.</summary>
    public void Show(Message message) => _http.Items[typeof(Message)] = message;

    /// <summary>The message left by the page before, once.</summary>
    public Message? Take()
    {
        if (_http.Items[typeof(Message)] is Message now)
        {
            return now;
        }

        if (_http.Request.Cookies[Cookie] is not { } found)
        {
            return null;
        }

        _http.Response.Cookies.Delete(Cookie);
        try
        {
            return JsonSerializer.Deserialize<Message>(_seal.Unprotect(found), Json.Options);
        }
        catch (Exception e) when (e is System.Security.Cryptography.CryptographicException or JsonException)
        {
            return null;
        }
    }
}

/// <summary>
/// Endpoint filter on forms: a broken rule or unreadable input sends the reader back to the page they came from, with the reason told there; some forms keep what was typed (<see cref="Typed"/>).
/// </summary>
public sealed class TellInThePage : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        try
        {
            return await next(context);
        }
        catch (Exception told) when (told is RuleBroken or BadInput or TooMany or DbUpdateConcurrencyException && Back(http.Request) is not null)
        {
            var problem = Problems.Of(told);
            var messages = http.RequestServices.GetRequiredService<Messages>();
            var message = new Message(Tone.Bad, told is RuleBroken broken ? http.RequestServices.GetRequiredService<Text>().Said(broken) : problem.Detail!, told is BadInput bad ? bad.Problems : null);
            if (TypedForms.Keep(http, Back(http.Request), problem.Status ?? StatusCodes.Status409Conflict, message.Fields))
            {
                messages.Show(message);
                return TypedResults.Empty;
            }

            messages.Leave(message);
            return TypedResults.LocalRedirect(Back(http.Request)!);
        }
    }

    /// <summary>The page of this site that sent the form, as path and query; null when the browser does not say.</summary>
    private static string? Back(HttpRequest request) =>
        Uri.TryCreate(request.Headers.Referer, UriKind.Absolute, out var from) && from.Authority == request.Host.ToString() && from.Scheme == request.Scheme ? from.PathAndQuery : null;
}
