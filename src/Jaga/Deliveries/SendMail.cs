using System.Net;
using System.Net.Mail;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Jaga.Deliveries;

/// <summary>Hands a letter to the mail server (SMTP, RFC 5321). Confirmed means that the server took it on; what becomes of it there, it tells by mail.</summary>
public sealed class SendMail(MailSettings settings) : ISend
{
    public ReceiverKind Kind => ReceiverKind.Mail;

    public async Task<Tried> Try(Receiver receiver, Delivery delivery, CancellationToken ct)
    {
        if (!settings.IsSet)
        {
            return new(Outcome.NotSendable, Answer: "No mail server is set (Jaga:Mail:Host).");
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(receiver.Timeout);
        try
        {
            var letter = JsonSerializer.Deserialize<Letter>(delivery.Body, Json.Options)!;
            using var message = Message(letter, delivery);
            using var server = new SmtpClient(settings.Host, settings.Port) { EnableSsl = settings.Tls };
            if (settings.User.Length > 0)
            {
                server.Credentials = new NetworkCredential(settings.User, settings.Password);
            }

            await server.SendMailAsync(message, limit.Token);
            return new(Outcome.Confirmed, 250, $"{settings.Host} took it for {string.Join(", ", letter.To)}.");
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return new(Outcome.Timeout, Answer: $"No whole answer within {receiver.Timeout.TotalSeconds} s.");
        }
        catch (SmtpException refused)
        {
            return Failed(refused);
        }
        catch (FormatException unreadable)
        {
            return new(Outcome.NotSendable, Answer: unreadable.Message);
        }
    }

    private MailMessage Message(Letter letter, Delivery delivery)
    {
        var message = new MailMessage
        {
            From = new(settings.From),

            // A subject is one line; whatever else it holds would be headers.
            Subject = string.Concat(letter.Subject.Select(c => char.IsControl(c) ? ' ' : c)),
            Body = letter.Text,
            BodyEncoding = Encoding.UTF8,
            SubjectEncoding = Encoding.UTF8,
        };
        message.Headers.Add("Message-ID", $"<{delivery.Id}@{message.From.Host}>");
        message.Headers.Add("Auto-Submitted", "auto-generated");
        foreach (var to in letter.To)
        {
            message.To.Add(to);
        }

        return message;
    }

    private static Tried Failed(SmtpException refused)
    {
        var status = (int)refused.StatusCode;
        for (Exception? inner = refused.InnerException; inner is not null; inner = inner.InnerException)
        {
            switch (inner)
            {
                case SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain }:
                    return new(Outcome.DnsFailure, Answer: inner.Message);
                case SocketException:
                    return new(Outcome.ConnectFailed, Answer: inner.Message);
                case System.Security.Authentication.AuthenticationException:
                    return new(Outcome.TlsFailure, Answer: inner.Message);
            }
        }

        return status switch
        {
            >= 500 => new(Outcome.Refused, status, refused.Message),
            >= 400 => new(Outcome.ServerError, status, refused.Message),
            _ => new(Outcome.BrokenAnswer, Answer: refused.Message),
        };
    }
}
