using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Jaga.Audit;

/// <summary>
/// Ed25519 signatures (RFC 8032, pure) by OpenSSL's libcrypto, which .NET itself needs on Linux: the framework has no Ed25519 of its own yet.
/// </summary>
public static partial class Ed25519
{
    public const int SeedBytes = 32, PublicKeyBytes = 32, SignatureBytes = 64;

    // NID_ED25519 of obj_mac.h.
    private const int Kind = 1087;
    private const string Library = "libcrypto.so.3";

    /// <summary>The public key, 32 bytes, of a seed (RFC 8032's private key), 32 bytes.</summary>
    public static unsafe byte[] PublicKey(ReadOnlySpan<byte> seed)
    {
        using var key = Private(seed);
        var bytes = new byte[PublicKeyBytes];
        nuint length = PublicKeyBytes;
        fixed (byte* target = bytes)
        {
            Check(GetPublic(key, target, ref length) == 1);
        }

        return bytes;
    }

    /// <summary>The signature, 64 bytes, of <paramref name="message"/>.</summary>
    public static unsafe byte[] Sign(ReadOnlySpan<byte> seed, ReadOnlySpan<byte> message)
    {
        using var key = Private(seed);
        using var context = Check(NewContext());
        Check(SignInit(context, 0, 0, 0, key) == 1);
        var signature = new byte[SignatureBytes];
        nuint length = SignatureBytes;
        fixed (byte* target = signature, text = message)
        {
            Check(DigestSign(context, target, ref length, text, (nuint)message.Length) == 1);
        }

        return signature;
    }

    /// <summary>Whether <paramref name="signature"/> is one of <paramref name="message"/> by the holder of <paramref name="publicKey"/>. False also for values of a wrong length.</summary>
    public static unsafe bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (publicKey.Length != PublicKeyBytes || signature.Length != SignatureBytes)
        {
            return false;
        }

        fixed (byte* raw = publicKey, text = message, sign = signature)
        {
            using var key = NewPublic(Kind, 0, raw, PublicKeyBytes);
            if (key.IsInvalid)
            {
                return false;
            }

            using var context = Check(NewContext());
            Check(VerifyInit(context, 0, 0, 0, key) == 1);
            return DigestVerify(context, sign, SignatureBytes, text, (nuint)message.Length) == 1;
        }
    }

    private static unsafe Key Private(ReadOnlySpan<byte> seed)
    {
        if (seed.Length != SeedBytes)
        {
            throw new ArgumentException($"An Ed25519 seed has {SeedBytes} bytes, not {seed.Length}.", nameof(seed));
        }

        fixed (byte* raw = seed)
        {
            return Check(NewPrivate(Kind, 0, raw, SeedBytes));
        }
    }

    private static T Check<T>(T handle)
        where T : SafeHandle => handle.IsInvalid ? throw new CryptographicException("libcrypto gave no Ed25519 handle.") : handle;

    private static void Check(bool done)
    {
        if (!done)
        {
            throw new CryptographicException("libcrypto refused an Ed25519 operation.");
        }
    }

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_new_raw_private_key")]
    private static unsafe partial Key NewPrivate(int kind, nint engine, byte* key, nuint length);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_new_raw_public_key")]
    private static unsafe partial Key NewPublic(int kind, nint engine, byte* key, nuint length);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_get_raw_public_key")]
    private static unsafe partial int GetPublic(Key key, byte* target, ref nuint length);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_free")]
    private static partial void FreeKey(nint key);

    [LibraryImport(Library, EntryPoint = "EVP_MD_CTX_new")]
    private static partial Context NewContext();

    [LibraryImport(Library, EntryPoint = "EVP_MD_CTX_free")]
    private static partial void FreeContext(nint context);

    [LibraryImport(Library, EntryPoint = "EVP_DigestSignInit")]
    private static partial int SignInit(Context context, nint keyContext, nint digest, nint engine, Key key);

    [LibraryImport(Library, EntryPoint = "EVP_DigestSign")]
    private static unsafe partial int DigestSign(Context context, byte* signature, ref nuint length, byte* message, nuint messageLength);

    [LibraryImport(Library, EntryPoint = "EVP_DigestVerifyInit")]
    private static partial int VerifyInit(Context context, nint keyContext, nint digest, nint engine, Key key);

    [LibraryImport(Library, EntryPoint = "EVP_DigestVerify")]
    private static unsafe partial int DigestVerify(Context context, byte* signature, nuint length, byte* message, nuint messageLength);

    private sealed class Key() : SafeHandle(0, true)
    {
        public override bool IsInvalid => handle == 0;

        protected override bool ReleaseHandle()
        {
            FreeKey(handle);
            return true;
        }
    }

    private sealed class Context() : SafeHandle(0, true)
    {
        public override bool IsInvalid => handle == 0;

        protected override bool ReleaseHandle()
        {
            FreeContext(handle);
            return true;
        }
    }
}
