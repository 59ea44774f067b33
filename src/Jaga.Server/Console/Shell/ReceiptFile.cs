using System.Text;

namespace Jaga.Server.Pages.Shell;

/// <summary>A receipt of the audit log, as a file for somebody outside to keep.</summary>
public static class ReceiptFile
{
    public static FileContentHttpResult Of(string receipt) => TypedResults.File(Encoding.UTF8.GetBytes(receipt), "text/plain; charset=utf-8", "receipt.tlog-proof");
}
