using System.Globalization;
using System.Net.Mail;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.Json;

namespace Jaga.Deliveries;

/// <summary>
/// Hands a message to the mail server (SMTP, RFC 5321). Confirmed means that the server took it on; what becomes of it there, it tells by mail,
/// and of tracked messages it is asked to (RFC 3461): the delivery's id is the envelope's.
/// </summary>
public sealed class SendMail(MailSettings settings, MasterKey master) : ISend
{
    public ReceiverKind Kind => ReceiverKind.Mail;

    public async Task<Tried> Try(Receiver receiver, Delivery delivery, CancellationToken ct)
    {
        if (!settings.IsSet)
        {
            return new(Outcome.NotSendable, Answer: "No mail server is set (Jaga:Mail:Host).");
        }

        var mail = JsonSerializer.Deserialize<MailMessage>(delivery.Body, Json.Options)!;
        var hidden = mail.SealedTo is null ? null : MailMessage.Open(master, mail.SealedTo);
        var tried = await Try(mail with { To = hidden is null ? mail.To : [hidden] }, delivery, ct);
        return hidden is null ? tried : tried with { Answer = Hidden(hidden, tried.Answer) };
    }

    // Whoever reads of this attempt need not learn the address, from whatever words it came in.
    private static string Hidden(string address, string answer)
    {
        string?[] ways = [address, ToAscii(address), Xtext(ToAscii(address) ?? address)];
        return ways.OfType<string>().OrderByDescending(w => w.Length).Aggregate(answer, (text, way) => text.Replace(way, "…", StringComparison.OrdinalIgnoreCase));
    }

    private static string? ToAscii(string address)
    {
        try
        {
            return Address(address);
        }
        catch (Exception unreadable) when (unreadable is FormatException or ArgumentException)
        {
            return null;
        }
    }

    private async Task<Tried> Try(MailMessage mail, Delivery delivery, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(settings.Timeout);
        try
        {
            return await Hand(mail, delivery, limit);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return new(Outcome.Timeout, Answer: "No whole answer within the mail server's time.");
        }
        catch (SmtpRefused refused)
        {
            return Failed(refused.Reply.Status, refused.Message);
        }
        catch (SocketException unreachable)
        {
            return new(unreachable.SocketErrorCode is SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain ? Outcome.DnsFailure : Outcome.ConnectFailed, Answer: unreachable.Message);
        }
        catch (AuthenticationException untrusted)
        {
            return new(Outcome.TlsFailure, Answer: untrusted.Message);
        }
        catch (IOException broken)
        {
            return new(Outcome.BrokenAnswer, Answer: broken.Message);
        }
        catch (FormatException unreadable)
        {
            return new(Outcome.NotSendable, Answer: unreadable.Message);
        }
    }

    // The limit is put off once the server is ready to be handed the message: until then nothing is lost by hanging up, from then on a second letter.
    private async Task<Tried> Hand(MailMessage mail, Delivery delivery, CancellationTokenSource limit)
    {
        var ct = limit.Token;
        var from = new MailAddress(settings.From);
        mail = mail with { To = [.. mail.To.Select(Address)] };
        var message = MailText.Of(mail, from, delivery.Id, delivery.CreatedAt);
        await using var server = await SmtpSession.Open(settings, from.Host, ct);
        var tells = mail.Tracked && server.Offers.ContainsKey("DSN");
        SmtpSession.Must(await server.Say($"MAIL FROM:<{(mail.Tracked ? settings.ReturnTo(delivery.Id) : from.Address)}>{(tells ? $" RET=HDRS ENVID={delivery.Id.Value:n}" : "")}", ct));
        var to = mail.To.Single();
        if (await server.Say($"RCPT TO:<{to}>{(tells ? $" NOTIFY=SUCCESS,FAILURE,DELAY ORCPT=rfc822;{Xtext(to)}" : "")}", ct) is { IsGood: false } reply)
        {
            return Failed(reply.Status, $"{to}: {reply.Status} {reply.Text}") with { Fault = Of(reply, delivery) };
        }

        SmtpSession.Must(await server.Say("DATA", ct));
        limit.CancelAfter(settings.Acceptance);
        var took = SmtpSession.Must(await server.Give(message, ct));
        await Leave(server, ct);
        return new(Outcome.Confirmed, took.Status, $"{settings.Host} took it for {to}: {took.Status} {took.Text}.");
    }

    // A server that answers about one address is there. Only one that lets nobody through by its policy (RFC 3463, X.7) says so of every address,
    // and counts as gone: where staff are written to, for what others are written to is theirs to choose.
    private static Fault Of(SmtpReply reply, Delivery delivery) =>
        reply.Text is not [_, '.', '7', '.', ..] ? Fault.Address : delivery.Type == MailMessage.Type ? Fault.Receiver : Fault.Message;

    // The message is theirs by now: how they part changes nothing.
    private static async Task Leave(SmtpSession server, CancellationToken ct)
    {
        try
        {
            await server.Say("QUIT", ct);
        }
        catch (Exception parted) when (parted is IOException or OperationCanceledException)
        {
            // They hung up first.
        }
    }

    // Names of domains in any script are written in ASCII; what stands before the @ is not ours to change.
    private static string Address(string written)
    {
        var address = new MailAddress(written);
        var plain = $"{address.User}@{new IdnMapping().GetAscii(address.Host)}";
        return plain.All(c => c is > ' ' and < (char)127 and not ('<' or '>')) ? plain : throw new FormatException($"'{written}' holds letters that not every mail server can carry.");
    }

    // RFC 3461, section 4.
    private static string Xtext(string text) => string.Concat(text.Select(c => c is '+' or '=' ? $"+{(int)c:X2}" : c.ToString()));

    private static Tried Failed(int status, string answer) => status switch
    {
        >= 500 => new(Outcome.Refused, status, answer),
        >= 400 => new(Outcome.ServerError, status, answer),
        _ => new(Outcome.BrokenAnswer, status, answer),
    };
}
